using System.IO.Compression;
using Cluster.Contract.V1;
using Cluster.Data.Arrays;
using Cluster.Networks.Graphs;

namespace Cluster.Silo.Tests.Api;

/// <summary>Jobs whose metric their client computes, on a silo with children of its own.</summary>
public sealed class PredictionTests : IDisposable
{
    private const int Sentences = 24;
    private readonly WorkFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ScorePredictions_AllThatIsAsked_JudgesTheJobByTheClientsNumbers()
    {
        await using var silo = await RealSilo.StartAsync(_folder["silo"]);
        string job = await CreateAsync(silo);
        var archives = new List<string[]>();

        await ScoreAllAsync(silo, job, archive =>
        {
            archives.Add([.. archive.Keys.Order(StringComparer.Ordinal)]);
            return new ScorePredictionsRequest { Numbers = { Enumerable.Repeat(archives.Count == 1 ? 0.5 : 0.45, 12) } };
        });

        var ended = await silo.Jobs.GetJobAsync(new GetJobRequest { Name = job }, cancellationToken: Cancellation);
        ended.State.ShouldBe(JobState.Succeeded, ended.Reason);
        var found = await silo.Jobs.ListCandidatesAsync(new ListCandidatesRequest { Parent = job }, cancellationToken: Cancellation);
        var results = found.Candidates.SelectMany(candidate => candidate.Evaluations);
        Accuracy[] judged = [.. results.Select(one => one.Accuracy).OfType<Accuracy>()];
        judged.ShouldAllBe(one => one.Metric == MetricKind.Score && one.Total == 12);
        judged.Select(one => Math.Round(one.Drop, 6)).Distinct().ShouldBe([0, 0.05], "FP32, which is asked first, and all others");
        judged.Length.ShouldBe(archives.Count);
        archives.Count.ShouldBeGreaterThan(2, "FP32, all INT8, …");
        archives.ShouldAllBe(names => names.Contains("outputs.npy") && names.Contains("index.npy") && names.Contains("output_names.npy"));
        archives.ShouldAllBe(names => names.Contains("truth.npy"), "what is no input is for the metric");
    }

    [Fact]
    public async Task WatchPredictions_NoClientAndOneThatFails_SuspendTheJobUntilAnotherScores()
    {
        await using var silo = await RealSilo.StartAsync(_folder["silo"]);
        string job = await CreateAsync(silo);

        (await SuspendedAsync(silo, job)).ShouldContain("none is connected");
        await ScoreAllAsync(silo, job, _ => new ScorePredictionsRequest { Problem = "The metric raised ValueError: why." }, most: 1);
        (await SuspendedAsync(silo, job, because: "ValueError")).ShouldBe("The metric raised ValueError: why.");
        await ScoreAllAsync(silo, job, _ => new ScorePredictionsRequest { Numbers = { 1, 2 } }, most: 1);
        (await SuspendedAsync(silo, job, because: "gave 2 numbers")).ShouldContain("2 numbers for 12 samples");
        await ScoreAllAsync(silo, job, _ => new ScorePredictionsRequest { Numbers = { double.NaN } }, most: 1);
        (await SuspendedAsync(silo, job, because: "NaN")).ShouldContain("finite");
        await ScoreAllAsync(silo, job, _ => new ScorePredictionsRequest { Numbers = { 0.25 } });

        (await silo.Jobs.GetJobAsync(new GetJobRequest { Name = job }, cancellationToken: Cancellation)).State.ShouldBe(JobState.Succeeded);
    }

    [Fact]
    public async Task WatchPredictions_ListenerThatStaysAfterItsProblem_LeavesTheJobSuspendedUntilAnotherConnects()
    {
        await using var silo = await RealSilo.StartAsync(_folder["silo"]);
        string job = await CreateAsync(silo);
        using var failing = silo.Jobs.WatchPredictions(new WatchPredictionsRequest { Name = job }, cancellationToken: Cancellation);
        await failing.ResponseStream.MoveNext(Cancellation);
        var answer = new ScorePredictionsRequest { Name = job, Artefact = failing.ResponseStream.Current.Artefact, Problem = "It raised." };

        await silo.Jobs.ScorePredictionsAsync(answer, cancellationToken: Cancellation);
        await SuspendedAsync(silo, job, because: "It raised.");
        while (await failing.ResponseStream.MoveNext(Cancellation) && failing.ResponseStream.Current.Artefact.Length > 0)
        {
            // Up to a heartbeat.
        }

        var held = await silo.Jobs.GetJobAsync(new GetJobRequest { Name = job }, cancellationToken: Cancellation);
        (held.State, held.Reason, held.RetryTime).ShouldBe((JobState.Suspended, "It raised.", null));
        await ScoreAllAsync(silo, job, _ => new ScorePredictionsRequest { Numbers = { 0.25 } });
        (await silo.Jobs.GetJobAsync(new GetJobRequest { Name = job }, cancellationToken: Cancellation)).State.ShouldBe(JobState.Succeeded);
    }

    [Fact]
    public async Task WatchPredictions_ConnectedBeforeTheSuspension_TakesTheJobUpOnceItIs()
    {
        await using var silo = await RealSilo.StartAsync(_folder["silo"]);
        string job = await CreateAsync(silo);

        await ScoreAllAsync(silo, job, _ => new ScorePredictionsRequest { Problem = "It raised." }, most: 1);
        await ScoreAllAsync(silo, job, _ => new ScorePredictionsRequest { Numbers = { 0.25 } });

        (await silo.Jobs.GetJobAsync(new GetJobRequest { Name = job }, cancellationToken: Cancellation)).State.ShouldBe(JobState.Succeeded);
    }

    // Scores what is asked for until the job has ended, or a number of predictions is scored.
    private static async Task ScoreAllAsync(
        RealSilo silo, string job, Func<Dictionary<string, byte[]>, ScorePredictionsRequest> score, int most = int.MaxValue)
    {
        using var asked = silo.Jobs.WatchPredictions(new WatchPredictionsRequest { Name = job }, cancellationToken: Cancellation);
        for (int scored = 0; scored < most && await asked.ResponseStream.MoveNext(Cancellation);)
        {
            string artefact = asked.ResponseStream.Current.Artefact;
            if (artefact.Length == 0)
            {
                continue;
            }

            asked.ResponseStream.Current.Samples.ShouldBe(12);
            var answer = score(await ReadAsync(silo, artefact));
            (answer.Name, answer.Artefact) = (job, artefact);
            await silo.Jobs.ScorePredictionsAsync(answer, cancellationToken: Cancellation);
            scored++;
        }
    }

    private static async Task<Dictionary<string, byte[]>> ReadAsync(RealSilo silo, string artefact)
    {
        using var content = new MemoryStream();
        using var parts = silo.Files.DownloadArtefact(new DownloadArtefactRequest { Name = artefact }, cancellationToken: Cancellation);
        while (await parts.ResponseStream.MoveNext(Cancellation))
        {
            content.Write(parts.ResponseStream.Current.Chunk.Span);
        }

        using var archive = new ZipArchive(content);
        return archive.Entries.ToDictionary(entry => entry.FullName, entry => new byte[entry.Length], StringComparer.Ordinal);
    }

    private static async Task<string> SuspendedAsync(RealSilo silo, string job, string because = "")
    {
        var events = await ApiHost.WatchAsync(
            silo.Jobs, job, until: at => at.StateChanged is { State: JobState.Suspended } change
                && change.Reason.Contains(because, StringComparison.Ordinal));
        return events[^1].StateChanged.Reason;
    }

    private async Task<string> CreateAsync(RealSilo silo)
    {
        TokenNetwork.Write(_folder.Root, Sentences);
        var truth = TensorData.FromFloats([Sentences, 2], new float[2 * Sentences]);
        string archive = await silo.UploadAsync(SampleTar.Of(
            ("calibration.npz", await File.ReadAllBytesAsync(_folder["sentences.npz"], Cancellation)),
            ("evaluation.npz", With(_folder["sentences.npz"], "truth", truth))));
        var spec = new JobSpec
        {
            Model = await silo.UploadAsync(await File.ReadAllBytesAsync(_folder["tokens.onnx"], Cancellation)),
            Calibration = new DataSet { Artefact = archive, Spec = "npz:calibration.npz@0..12" },
            Evaluation = new DataSet { Artefact = archive, Spec = "npz:evaluation.npz@12.." },
            Methods = { "max" },
            Batch = 4,
            Reconstruct = ReconstructionMode.Never,
            Metric = MetricKind.Score,
            MetricCommand = "python3 -m cluster_quant.metric mine:score",
            MaxDrop = 0.1,
        };
        return (await silo.Jobs.CreateJobAsync(new CreateJobRequest { Spec = spec }, cancellationToken: Cancellation)).Job.Name;
    }

    private static byte[] With(string archive, string name, TensorData array)
    {
        string path = $"{archive}.with";
        File.Copy(archive, path);
        using (var zip = ZipFile.Open(path, ZipArchiveMode.Update))
        {
            using var entry = zip.CreateEntry($"{name}.npy", CompressionLevel.NoCompression).Open();
            NpzWriter.Write(entry, array);
        }

        return File.ReadAllBytes(path);
    }
}
