using Cluster.Contract.V1;
using Cluster.Silo.Tests.Workers;
using Cluster.Tests;

namespace Cluster.Silo.Tests.Api;

/// <summary>A job on an uploaded archive of arrays, on a silo with children of its own.</summary>
public sealed class UploadedArraysTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(MetricKind.Unspecified)]
    [InlineData(MetricKind.OutputKl)]
    public async Task CreateJob_TokensAndMaskInAnArchive_IsSearchedToItsEnd(MetricKind metric)
    {
        const int Sentences = 150;
        TokenNetwork.Write(_folder.Root, Sentences);
        await using var silo = await RealSilo.StartAsync(_folder["silo"]);
        string archive = await silo.UploadAsync(
            SampleTar.Of(("sentences.npz", await File.ReadAllBytesAsync(_folder["sentences.npz"], Cancellation))));
        var spec = new JobSpec
        {
            Model = await silo.UploadAsync(await File.ReadAllBytesAsync(_folder["tokens.onnx"], Cancellation)),
            Calibration = new DataSet { Artefact = archive, Spec = "npz:sentences.npz@0..50" },
            Evaluation = new DataSet { Artefact = archive, Spec = "npz:sentences.npz@50..100" },
            Test = new DataSet { Artefact = archive, Spec = "npz:sentences.npz@100.." },
            Methods = { "max" },
            Batch = 4,
            Reconstruct = ReconstructionMode.Never,
            Metric = metric,
        };
        if (metric == MetricKind.OutputKl)
        {
            spec.MaxDrop = 0.5;
        }
        else
        {
            spec.MaxDrop = 0.2;
        }

        var created = (await silo.Jobs.CreateJobAsync(new CreateJobRequest { Spec = spec }, cancellationToken: Cancellation)).Job;
        using var watch = silo.Jobs.WatchJob(new WatchJobRequest { Name = created.Name });
        var last = JobState.Unspecified;
        while (await watch.ResponseStream.MoveNext(Cancellation))
        {
            last = watch.ResponseStream.Current.StateChanged?.State ?? last;
        }

        var job = await silo.Jobs.GetJobAsync(new GetJobRequest { Name = created.Name }, cancellationToken: Cancellation);
        job.State.ShouldBe(JobState.Succeeded, job.Reason);
        last.ShouldBe(JobState.Succeeded);
        job.Groups.ShouldNotBeEmpty();
        job.Artefacts.Select(artefact => artefact.Role).ShouldContain("winner.plan.json");
        var candidates = await silo.Jobs.ListCandidatesAsync(
            new ListCandidatesRequest { Parent = created.Name }, cancellationToken: Cancellation);
        Accuracy[] measured = [.. candidates.Candidates
            .SelectMany(candidate => candidate.Evaluations)
            .Select(evaluation => evaluation.Accuracy)
            .OfType<Accuracy>()];
        measured.ShouldNotBeEmpty();
        measured.ShouldAllBe(accuracy => accuracy.Total == 50);
        if (metric == MetricKind.OutputKl)
        {
            measured.ShouldAllBe(accuracy => accuracy.Metric == metric && accuracy.Correct == 0 && accuracy.HasLoss);
            measured.ShouldAllBe(accuracy => accuracy.LossLow <= accuracy.Loss && accuracy.Loss <= accuracy.LossHigh);
        }
        else
        {
            measured.ShouldContain(accuracy => accuracy.Correct == 50 && !accuracy.HasLoss, "labels are FP32's own");
        }
    }
}
