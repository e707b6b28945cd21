using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Glyphs;
using Cluster.Networks.Preprocessing;
using Cluster.Plans;

namespace Cluster.Silo.Tests.FineTuning;

/// <summary>A whole job on a node's worker whose winner is trained and replaced.</summary>
[Long]
public sealed class NodeFineTuneTests : IDisposable
{
    private const int Images = 1200;

    private readonly WorkFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [ClassData(typeof(SearchFormats))]
    public async Task RunAsync_NetworkThatCanLearn_PublishesTheTrainedWinner(string format)
    {
        var (inputs, options) = await BrightnessAsync();
        options = options with { Formats = [format] };

        var trained = new ConcurrentQueue<(string Job, TrainingPoint Point)>();
        var children = Children.Options(_folder) with
        {
            Heartbeat = TimeSpan.FromMilliseconds(20),
            Trained = (job, point) => trained.Enqueue((job, point)),
        };

        var run = await WorkerRun.OfAsync(_folder, children, inputs, options, Cancellation);

        (run.Spec.Options.FineTune, run.Spec.Options.Epochs).ShouldBe((FineTuneMode.Always, 60));
        var outcome = run.Outcome;
        var trial = outcome.Result.FineTune.ShouldNotBeNull();
        trial.Kept.ShouldBeTrue(trial.Reason);
        outcome.Winner.Accuracy!.Correct.ShouldBeGreaterThan(trial.Before.Accuracy!.Correct!.Value);
        outcome.Result.Decision.Feasible.ShouldBeTrue();
        run.Artefacts["winner.qdq.onnx"].Sha256.ShouldBe(outcome.Winner.Accuracy.ArtefactSha256, "what is published is what was measured");
        var plan = run.Plan();
        plan.BuiltFrom.Learned.ShouldBe(trial.Learned);
        plan.Plan.Groups.ShouldContain(group => group.Rounding == "qat");
        run.Artefacts[$"calibration/learned-{trial.Learned![..16]}.bin"].Sha256.ShouldBe(trial.Learned);
        trained.ShouldNotBeEmpty();
        trained.ShouldAllBe(seen => seen.Point.Loss > 0 && seen.Point.Rate > 0);
        trained.Select(seen => seen.Job).Distinct().ShouldHaveSingleItem();
        Directory.EnumerateDirectories(Children.Folders(_folder).FineTuning)
            .ShouldBeEmpty("checkpoints of a published winner are of no use");
    }

    // Labels that a network can learn: how bright the image is.
    private async Task<(JobInputs Inputs, JobOptions Options)> BrightnessAsync()
    {
        TinyNetwork.Write(_folder.Root);
        var random = new Random(4);
        const int Pixels = TinyNetwork.Side * TinyNetwork.Side;
        byte[] pixels = new byte[Images * Pixels];
        byte[] labels = new byte[Images];
        for (int i = 0; i < pixels.Length; i++)
        {
            labels[i / Pixels] = i % Pixels == 0 ? (byte)random.Next(TinyNetwork.Classes) : labels[i / Pixels];
            pixels[i] = (byte)((labels[i / Pixels] * 60) + random.Next(100));
        }

        IdxWriter.WriteImages(_folder["images-idx3-ubyte"], pixels, 1, TinyNetwork.Side, TinyNetwork.Side, gzip: false);
        IdxWriter.WriteLabels(_folder["labels-idx1-ubyte"], labels, gzip: false);
        string tar = await TinyJob.StoreAsync(_folder, SampleTar.Of(
            ("images-idx3-ubyte", await File.ReadAllBytesAsync(_folder["images-idx3-ubyte"], Cancellation)),
            ("labels-idx1-ubyte", await File.ReadAllBytesAsync(_folder["labels-idx1-ubyte"], Cancellation))));
        return (
            new JobInputs
            {
                Model = await TinyJob.StoreAsync(_folder, await File.ReadAllBytesAsync(_folder["tiny.onnx"], Cancellation)),
                Calibration = new DataLocation("idx:images-idx3-ubyte@0..64", tar),
                Evaluation = new DataLocation("idx:images-idx3-ubyte@900..", tar),
                Training = new DataLocation("idx:images-idx3-ubyte@0..900", tar),
                Preprocess = await File.ReadAllTextAsync(_folder["tiny.preprocess.json"], Cancellation),
            },
            new JobOptions
            {
                Methods = ["max"],
                MaxDrop = 0.3,
                Batch = 4,
                FineTune = FineTuneMode.Always,
                Epochs = 60,
                Reconstruct = ReconstructionMode.Never
            });
    }
}
