using Cluster.Kernels.Correction;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Tests.Execution;
using Cluster.Kernels.Tests.Graphs;
using Cluster.Tests;

namespace Cluster.Kernels.Tests.Correction;

public sealed class NormalizationReestimationTests
{
    [Fact]
    public void Run_OneLayerByHand_BringsMeanAndSpreadBack()
    {
        // y = 2 a. The learned codes give 1.5 a + 7 instead: a factor 4/3 on the scale, and the mean of the bias goes.
        var graph = Nets.Group(new GraphBuilder(13, -1, 1, 1, 1)
            .Floats("w", [1, 1, 1, 1], 2)
            .Floats("b", [1], 0)
            .Node("Conv", "x w b", "c")
            .Node("Flatten", "c", "y")
            .Build());
        using var float32 = new FloatNetwork(graph);
        var images = Nets.Images([10, 20, 60, 255], 1, 1, 1, 2);
        var wrong = new LearnedParameters
        {
            Weights = new Dictionary<string, LearnedWeights>(StringComparer.Ordinal) { ["c"] = new([3], [0.5f]) },
            Biases = new Dictionary<string, float[]>(StringComparer.Ordinal) { ["c"] = [7] },
        };
        var network = new PlanResolver(graph, Nets.Calibrate(float32, images)).Resolve([Decide.Integer("max", false, 4, 8)], wrong);

        var corrected = NormalizationReestimation.Run(float32, network, [true], images, SpillSpace.Memory, 1, CancellationToken.None);

        corrected.Weights["c"].Codes.ShouldBe([3]);
        corrected.Weights["c"].Scales[0].ShouldBe(0.5f * 4 / 3, 1e-5);
        corrected.Biases["c"][0].ShouldBe(0, 1e-3);
    }

    [Fact]
    public void Run_NotWanted_KeepsNothing()
    {
        var (float32, network, images) = TwoBits();
        using (float32)
        {
            var corrected = NormalizationReestimation.Run(
                float32, network, [false, false, false, false], images, SpillSpace.Memory, 1, CancellationToken.None);

            corrected.Weights.ShouldBeEmpty();
            corrected.Biases.ShouldBeEmpty();
        }
    }

    [Fact]
    public void Run_TwoBits_BringsLogitsCloserWhateverTheWorkers()
    {
        var (float32, network, images) = TwoBits();
        using (float32)
        {
            var alone = NormalizationReestimation.Run(
                float32, network, [true, true, true, true], images, SpillSpace.Memory, 1, CancellationToken.None);
            var together = NormalizationReestimation.Run(
                float32, network, [true, true, true, true], images, SpillSpace.Memory, 3, CancellationToken.None);

            together.ComputeDigest().ShouldBe(alone.ComputeDigest());
            Error(float32, network.WithLearned(alone), images).ShouldBeLessThan(Error(float32, network, images));
        }
    }

    private static double Error(FloatNetwork float32, QuantizedNetwork network, ImageBatches images)
    {
        long[] shape = [images.Size(0), 3, 8, 8];
        return float32.Run(images.Pixels(0), shape).Zip(float32.Run(images.Pixels(0), shape, network), (a, b) => Math.Pow(a - b, 2)).Sum();
    }

    private static (FloatNetwork Float32, QuantizedNetwork Network, ImageBatches Images) TwoBits()
    {
        var graph = Nets.Group(Nets.Residual());
        var images = Nets.Noise(32, 3, 8, 8, 16);
        var float32 = new FloatNetwork(graph);
        return (float32, new PlanResolver(graph, Nets.Calibrate(float32, images))
            .Resolve([.. graph.Groups.Select(_ => Decide.Integer("mse", false, 2, 4))]), images);
    }
}
