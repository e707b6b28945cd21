using Cluster.Cli.Verbs;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Search;
using Cluster.Glyphs;
using Cluster.Plans;

namespace Cluster.Silo.Tests.Reconstruction;

/// <summary>
/// A whole job on a node's worker in which everything in 8 bits is refused for its accuracy, reconstruction rescues it,
/// and training goes on from there.
/// </summary>
[Long]
public sealed class NodeReconstructionTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RunAsync_AllInt8IsRefused_PublishesItReconstructed()
    {
        var (inputs, options) = await GlyphsAsync();
        var children = Children.Options(_folder) with { Folders = Children.Folders(_folder) with { Shared = [_folder.Root] } };

        var run = await WorkerRun.OfAsync(_folder, children, inputs, options, Cancellation);

        (run.Spec.Options.Reconstruct, run.Spec.Options.Iterations).ShouldBe((ReconstructionMode.Auto, 100));
        var outcome = run.Outcome;

        // 1. The search had to leave groups in FP32; everything in 8 bits was refused.
        var state = JobState.Fold(run.Events)!;
        var trial = outcome.Result.Reconstruction.ShouldNotBeNull();
        trial.Kept.ShouldBeTrue(trial.Reason);
        trial.Target!.Plan.QuantizedCount.ShouldBeGreaterThan(state.Selection!.Plan.QuantizedCount);

        // 2. What replaced its winner has more groups in 8 bits and is accurate enough; it is what was trained further,
        // which may replace it in turn.
        outcome.Result.Decision.Feasible.ShouldBeTrue();
        var tuning = outcome.Result.FineTune.ShouldNotBeNull();
        tuning.After.ShouldNotBeNull(tuning.Reason);
        var rebuilt = tuning.Before;
        rebuilt.Plan.ShouldBe(trial.Steps[^1].After!.Plan);
        rebuilt.Plan.QuantizedCount.ShouldBe(trial.Target.Plan.QuantizedCount);
        rebuilt.Accuracy!.Correct!.Value.ShouldBeGreaterThan(trial.Target.Accuracy!.Correct!.Value);
        rebuilt.Plan.Groups.ShouldContain(group => group.Rounding != "nearest");
        outcome.Winner.Plan.ShouldBe(tuning.Kept ? tuning.After.Plan : rebuilt.Plan);
        outcome.Learned.ShouldBe(tuning.Kept ? tuning.Learned : trial.Steps[^1].Learned);
        run.Artefacts["winner.qdq.onnx"].Sha256.ShouldBe(outcome.Winner.Accuracy!.ArtefactSha256, "what is published is what was measured");

        // 3. It can be built again from what is published, and nothing else is left.
        var plan = run.Plan();
        plan.BuiltFrom.Learned.ShouldBe(outcome.Learned.ShouldNotBeNull());
        run.Artefacts[$"calibration/learned-{outcome.Learned[..16]}.bin"].Sha256.ShouldBe(outcome.Learned);
        Directory.EnumerateDirectories(Children.Folders(_folder).Reconstruction)
            .ShouldBeEmpty("finished blocks of a published winner are of no use");
    }

    // Min-max ranges of the sample's depthwise layers cost about four points in int8, and more with what chance may hide; roundings and
    // steps win back a part.
    private async Task<(JobInputs Inputs, JobOptions Options)> GlyphsAsync()
    {
        var generator = new GlyphGenerator(GlyphSample.Seed);
        GlyphFiles.Write(_folder.Root, generator, GlyphSet.Calibration, 128);
        GlyphFiles.Write(_folder.Root, generator, GlyphSet.Evaluation, 256);
        GlyphFiles.Write(_folder.Root, generator, GlyphSet.Training, 160);
        string model = Path.GetFullPath(SampleFolder.File(GlyphSample.ModelName));
        var inputs = new JobInputs
        {
            Model = await TinyJob.StoreAsync(_folder, await File.ReadAllBytesAsync(model, Cancellation)),
            Calibration = In(GlyphSet.Calibration),
            Evaluation = In(GlyphSet.Evaluation),
            Training = In(GlyphSet.Training),
            Preprocess = await File.ReadAllTextAsync(Path.ChangeExtension(model, ".preprocess.json"), Cancellation),
        };
        var options = new JobOptions
        {
            Methods = ["max"],
            Formats = ["int8"],
            MaxDrop = 0.049,
            Batch = 4,
            Reconstruct = ReconstructionMode.Auto,
            Iterations = 100,
            FineTune = FineTuneMode.Always,
            Epochs = 1,
        };
        return (inputs, options);

        DataLocation In(GlyphSet set) => new($"idx:{GlyphFiles.ImagesPath(_folder.Root, set)}");
    }
}
