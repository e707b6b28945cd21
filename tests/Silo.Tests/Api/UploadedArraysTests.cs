using Cluster.Contract.V1;

namespace Cluster.Silo.Tests.Api;

/// <summary>A job on an uploaded archive of arrays, on a silo with children of its own.</summary>
public sealed class UploadedArraysTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task CreateJob_TokensAndMaskInAnArchive_IsSearchedToItsEnd()
    {
        const int Sentences = 90;
        TokenNetwork.Write(_folder.Root, Sentences);
        await using var silo = await RealSilo.StartAsync(_folder["silo"]);
        string archive = await silo.UploadAsync(
            SampleTar.Of(("sentences.npz", await File.ReadAllBytesAsync(_folder["sentences.npz"], Cancellation))));
        var spec = new JobSpec
        {
            Model = await silo.UploadAsync(await File.ReadAllBytesAsync(_folder["tokens.onnx"], Cancellation)),
            Calibration = new DataSet { Artefact = archive, Spec = "npz:sentences.npz@0..30" },
            Evaluation = new DataSet { Artefact = archive, Spec = "npz:sentences.npz@30..60" },
            Test = new DataSet { Artefact = archive, Spec = "npz:sentences.npz@60.." },
            Methods = { "max" },
            Batch = 4,
            Reconstruct = ReconstructionMode.Never,
            Metric = MetricKind.OutputKl,
            MaxDrop = 0.5,
        };
        var created = (await silo.Jobs.CreateJobAsync(new CreateJobRequest { Spec = spec }, cancellationToken: Cancellation)).Job;
        var events = await ApiHost.WatchAsync(silo.Jobs, created.Name);
        var job = await silo.Jobs.GetJobAsync(new GetJobRequest { Name = created.Name }, cancellationToken: Cancellation);
        job.State.ShouldBe(JobState.Succeeded, job.Reason);
        events[^1].StateChanged.State.ShouldBe(JobState.Succeeded);
        job.Groups.ShouldNotBeEmpty();
        job.Artefacts.Select(artefact => artefact.Role).ShouldContain("winner.plan.json");
        var candidates = await silo.Jobs.ListCandidatesAsync(
            new ListCandidatesRequest { Parent = created.Name }, cancellationToken: Cancellation);
        Accuracy[] measured = [.. candidates.Candidates
            .SelectMany(candidate => candidate.Evaluations)
            .Select(evaluation => evaluation.Accuracy)
            .OfType<Accuracy>()];
        measured.ShouldNotBeEmpty();
        measured.ShouldAllBe(accuracy => accuracy.Total == 30);
        measured.ShouldAllBe(accuracy => accuracy.Metric == MetricKind.OutputKl && accuracy.Correct == 0 && accuracy.HasLoss);
        measured.ShouldAllBe(accuracy => accuracy.LossLow <= accuracy.Loss && accuracy.Loss <= accuracy.LossHigh);
    }
}
