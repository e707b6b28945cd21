using Cluster.Kernels.Correction;

namespace Cluster.Kernels.Tests.Correction;

public sealed class NormalizationReestimationTests
{
    [Fact]
    public void Run_OneLayerByHand_BringsMeanAndSpreadBack()
    {
        // y = 2 a. The learned codes give 1.5 a + 7 instead: a factor 4/3 on the scale, and the mean of the bias goes.
        var graph = new GraphBuilder(13, -1, 1, 1, 1)
            .Floats("w", [1, 1], 2)
            .Floats("b", [1], 0)
            .Node("Flatten", "x", "f")
            .Node("Gemm", "f w b", "c")
            .Build();
        using var net = new Calibrated(Nets.Group(graph), Nets.Images([10, 20, 60, 255], 1, 1, 1, 2));
        var wrong = new LearnedParameters
        {
            Weights = new Dictionary<string, LearnedWeights>(StringComparer.Ordinal) { ["c"] = new([3], [0.5f]) },
            Biases = new Dictionary<string, float[]>(StringComparer.Ordinal) { ["c"] = [7] },
        };
        var setting = Decide.Integer("max", false, 4, 8);
        var network = net.Resolver.Resolve([setting, setting], wrong);

        var corrected = NormalizationReestimation.Run(
            net.Float32, network, [true, true], net.Images, SpillSpace.Memory, 1, CancellationToken.None);

        corrected.Weights["c"].Codes.ShouldBe([3]);
        corrected.Weights["c"].Scales[0].ShouldBe(0.5f * 4 / 3, 1e-5);
        corrected.Biases["c"][0].ShouldBe(0, 1e-3);
    }

    [Fact]
    public void Run_TwoBits_BringsLogitsOfWhatIsWantedCloserWhateverTheWorkers()
    {
        using var net = Calibrated.Residual(32, 16);
        var network = net.Resolve(_ => Decide.Integer("mse", false, 2, 4));
        LearnedParameters Run(bool wanted, int workers) => NormalizationReestimation.Run(
            net.Float32, network, [wanted, wanted, wanted, wanted], net.Images, SpillSpace.Memory, workers, CancellationToken.None);

        var alone = Run(true, workers: 1);

        Run(true, workers: 3).ComputeDigest().ShouldBe(alone.ComputeDigest());
        Error(net.Float32, network.WithLearned(alone), net.Images).ShouldBeLessThan(Error(net.Float32, network, net.Images));
        Run(false, workers: 1).Weights.ShouldBeEmpty();
        Run(false, workers: 1).Biases.ShouldBeEmpty();
    }

    private static double Error(FloatNetwork float32, QuantizedNetwork network, ImageBatches images)
    {
        long[] shape = [images.Size(0), 3, 8, 8];
        return float32.Run(images.Pixels(0), shape).Zip(float32.Run(images.Pixels(0), shape, network), (a, b) => Math.Pow(a - b, 2)).Sum();
    }
}
