using Cluster.Glyphs;
using Cluster.Glyphs.Training;
using Cluster.Kernels.Graphs.Onnx;
using Cluster.Kernels.Tensors;
using TorchSharp;

namespace Cluster.Cli.Tests.Samples;

public sealed class GlyphTrainingTests
{
    public GlyphTrainingTests() => TorchSettings.Threads = 1;

    [Fact]
    public void Step_HundredBatches_LowerTheLoss()
    {
        using var training = new GlyphTraining(seed: 7, steps: 150);

        double[] losses = [.. Enumerable.Range(0, 100).Select(_ => training.Step())];

        losses[..10].Average().ShouldBeGreaterThan(2.4); // chance is ln 12 = 2.48
        losses[^10..].Average().ShouldBeLessThan(2.4);
    }

    [Fact]
    public void Step_SameSeed_GivesTheSameFile()
    {
        Trained(seed: 7).ShouldBe(Trained(seed: 7));
        Trained(seed: 8).ShouldNotBe(Trained(seed: 7));
    }

    [Fact]
    public void Step_Repeated_LeavesNoTensorBehind()
    {
        using var training = new GlyphTraining(seed: 7, steps: 10);
        _ = training.Step();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        _ = training.Step();
        _ = training.Step();

        DisposeScopeManager.Statistics.ThreadTotalLiveCount.ShouldBe(before);
    }

    private static byte[] Trained(long seed)
    {
        using var training = new GlyphTraining(seed, steps: 3);
        while (!training.Finished)
        {
            _ = training.Step();
        }

        return OnnxWriter.Write(training.ToGraph());
    }
}
