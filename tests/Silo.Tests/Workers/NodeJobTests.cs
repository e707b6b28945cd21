using Cluster.Cli.Verbs.Running;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.DataSpecs;
using Cluster.Evaluation.Publishing;
using Cluster.Plans;

namespace Cluster.Silo.Tests.Workers;

/// <summary>A real network on a node: model and data come from the artefact store.</summary>
[Long]
public sealed class NodeJobTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ExecuteAsync_InTheChildInProcessAndLocally_GivesTheSameBytes()
    {
        var (inputs, options) = await TinyAsync();
        options = options with { Methods = new JobOptions().Methods };
        await using var child = new ChildProcessWorker(Children.Options(_folder) with { MachineLock = _folder["machine.lock"] });
        await using var here = new InProcessWorker(Children.Folders(_folder));
        var job = TinyJob.Entry(inputs, await child.PrepareAsync(inputs, options, Cancellation));
        var groups = job.Space.Groups.Select(group => group.Name).ToArray();
        var plan = Plan.Uniform(GroupFormat.Int8, job.Spec.Options.Target, groups, "max", biasCorrection: false);
        WorkItem[] items =
        [
            new AccuracyItem(job.Spec.AccuracyContext, Plan.Baseline(job.Spec.Options.Target, groups), ImageScope.Full),
            new AccuracyItem(
                job.Spec.AccuracyContext,
                Plan.Uniform(GroupFormat.Int8, job.Spec.Options.Target, groups, "kl", biasCorrection: true),
                ImageScope.Subset(20, 5)),
            new SensitivityItem(job.Spec.AccuracyContext, "max", 16, Seed: 3),
            new CalibratorItem(job.Spec.AccuracyContext, plan, ["max", "percentile:99.9"]),
            new ParityItem(job.Spec.AccuracyContext, plan),
        ];
        foreach (var item in items)
        {
            string inChild = Results.Text(await child.ExecuteAsync(job, item, Cancellation));
            inChild.ShouldBe(Results.Text(await here.ExecuteAsync(job, item, Cancellation)));
            inChild.ShouldNotContain("\"failed\"");
        }

        var latency = await child.ExecuteAsync(job, new LatencyItem(job.Spec.LatencyContext, plan), Cancellation);
        latency.ShouldBeOfType<LatencyResult>().MedianMs.ShouldBeGreaterThan(0);
        Directory.EnumerateFiles(Path.Combine(_folder["cache"], "calibration"), "statistics.bin", SearchOption.AllDirectories)
            .ShouldHaveSingleItem("one pass for all slots");
        File.Exists(_folder["machine.lock"]).ShouldBeTrue("the child takes the lock that it is told of");
    }

    [Fact]
    public async Task ExecuteAsync_LabelsOffByOne_IsTheReasonOfTheFailure()
    {
        var (inputs, options) = await TinyJob.StoreAsync(_folder, label => (byte)((label + 1) % TinyNetwork.Classes));
        await using var worker = new InProcessWorker(Children.Folders(_folder));
        var job = TinyJob.Entry(inputs, await worker.PrepareAsync(inputs, options, Cancellation));
        var float32 = Plan.Baseline(job.Spec.Options.Target, job.Space.Groups.Select(group => group.Name));

        var found = await worker.ExecuteAsync(job, new AccuracyItem(job.Spec.AccuracyContext, float32, ImageScope.Full), Cancellation);

        string reason = found.ShouldBeOfType<FailedResult>().Reason;
        reason.ShouldContain("no loss can be seen");
        reason.ShouldContain("with labels minus 1, as they begin at 0, FP32 is right on ");
    }

    [Fact]
    public async Task PublishAsync_FinishedSearch_PutsTheFilesOfALocalRunIntoTheStore()
    {
        TinyNetwork.Write(_folder.Root);
        var request = new JobRequest
        {
            Inputs = new JobInputs { Model = _folder["tiny.onnx"], Calibration = $"idx:{_folder["images-idx3-ubyte"]}" },
            Options = new JobOptions { Methods = ["max"], Batch = 4, Reconstruct = ReconstructionMode.Never },
            Output = _folder["out"],
        };
        using var local = LocalJob.Open(request);
        var names = new JobNames(request.Inputs, "./cluster run");
        await local.RunAsync(new JobPublisher(local.Opened, local.Folder, names), null, Cancellation);

        var (inputs, options) = await TinyAsync();
        await using var worker = new ChildProcessWorker(Children.Options(_folder));
        var job = TinyJob.Entry(inputs, await worker.PrepareAsync(inputs, options, Cancellation));
        job.Spec.JobId.ShouldBe(local.Spec.JobId, "the same question");
        var records = FileJournal.ReadOnly(local.Folder.Journal)
            .TakeWhile(record => record.Event is not Coordinator.Journal.ArtefactPublished)
            .ToArray();
        var published = (await worker.ExecuteAsync(job, new PublishItem(job.Spec.JobId), records, Cancellation))
            .ShouldBeOfType<PublishedResult>().Artefacts;

        var store = new FolderArtefactStore(_folder["artefacts"]);
        foreach (string name in new[]
        {
            "winner.qdq.onnx", "winner.plan.json", "latency.json", "calibration.cache", "calibration/statistics.bin", "front.csv"
        })
        {
            var artefact = published.Single(one => one.Name == name);
            (await File.ReadAllBytesAsync(store.PathOf(artefact.Sha256), Cancellation)).ShouldBe(
                await File.ReadAllBytesAsync(Path.Combine(local.Folder.Root, name), Cancellation), name);
        }

        published.Select(artefact => artefact.Name).ShouldContain("report.html");
        foreach (var artefact in published)
        {
            System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(store.PathOf(artefact.Sha256), Cancellation))
                .ShouldNotContain(_folder.Root, Case.Sensitive, artefact.Name);
        }

        Directory.EnumerateDirectories(Children.Folders(_folder).Temporary).ShouldBeEmpty();
    }

    [Fact]
    public async Task ExecuteAsync_ImpossibleJob_FailsByTable()
    {
        var (inputs, options) = await TinyAsync();
        await using var worker = new InProcessWorker(Children.Folders(_folder));
        var job = TinyJob.Entry(inputs, await worker.PrepareAsync(inputs, options, Cancellation));
        var spec = job.Spec;
        (JobEntry Job, FailureKind Kind, string Text)[] cases =
        [
            (
                job with { Id = "a", Spec = spec with { Versions = spec.Versions with { InstructionSet = "other" } } },
                FailureKind.Unavailable,
                "other"),
            (job with { Id = "b", Inputs = job.Inputs with { Model = new string('0', 64) } }, FailureKind.Unavailable, "no model"),
            (job with
            {
                Id = "c",
                Inputs = job.Inputs with { Calibration = job.Inputs.Calibration! with { Artefact = new string('0', 64) } }
            }, FailureKind.Unavailable, "not in"),
            (
                job with { Id = "d", Spec = spec with { ModelDigest = new string('1', 64) } },
                FailureKind.Unavailable,
                "model has the digest"),
            (
                job with { Id = "e", Spec = spec with { Data = spec.Data with { Evaluation = new string('1', 64) } } },
                FailureKind.Unavailable,
                "evaluation data"),
            (job with
            {
                Id = "f",
                Inputs = job.Inputs with { Calibration = new DataLocation("idx:../images", job.Inputs.Calibration!.Artefact) }
            }, FailureKind.Unavailable, "leads out"),
            (
                job with { Id = "g", Inputs = job.Inputs with { Calibration = new DataLocation("idx:images") } },
                FailureKind.Unavailable,
                "relative"),
        ];
        foreach (var (other, kind, text) in cases)
        {
            var item = new SensitivityItem(other.Spec.AccuracyContext, "max", 8);
            var failure = (await worker.ExecuteAsync(other, item, Cancellation)).ShouldBeOfType<FailedResult>();
            failure.Kind.ShouldBe(kind, failure.Reason);
            failure.Reason.ShouldContain(text);
        }
    }

    [Fact]
    public async Task ExecuteAsync_DataOfTheNodesDisk_IsReadOnlyWhereTheNodeSharesIt()
    {
        var (inputs, options) = await TinyAsync();
        Directory.CreateDirectory(_folder["shared"]);
        TinyNetwork.Write(_folder["shared"]);
        string images = Path.Combine(_folder["shared"], "images-idx3-ubyte");
        inputs = inputs with { Calibration = new DataLocation($"idx:{images}") };
        var folders = Children.Folders(_folder) with { Shared = [_folder["shared"]] };
        await using var sharing = new InProcessWorker(folders);
        var job = TinyJob.Entry(inputs, await sharing.PrepareAsync(inputs, options, Cancellation));
        var item = new SensitivityItem(job.Spec.AccuracyContext, "max", 8);
        (await sharing.ExecuteAsync(job, item, Cancellation)).ShouldNotBeOfType<FailedResult>();

        await using var other = new InProcessWorker(Children.Folders(_folder));
        var elsewhere = (await other.ExecuteAsync(job, item, Cancellation)).ShouldBeOfType<FailedResult>();
        elsewhere.Kind.ShouldBe(FailureKind.Unavailable, "another node may share it");
        elsewhere.Reason.ShouldContain("--shared-data");

        // What was there when the job was accepted leads out now.
        File.Move(images, _folder["private"]);
        File.CreateSymbolicLink(images, _folder["private"]);
        await using var later = new InProcessWorker(folders);
        (await later.ExecuteAsync(job, item, Cancellation)).ShouldBeOfType<FailedResult>()
            .Reason.ShouldNotContain(_folder["private"]);
    }

    private Task<(JobInputs Inputs, JobOptions Options)> TinyAsync() => TinyJob.StoreAsync(_folder);
}
