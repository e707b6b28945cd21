using Cluster.Kernels.Tests.Calibration;

namespace Cluster.Kernels.Tests.BiasCorrection;

public sealed class BiasCorrectorTests
{
    private static readonly bool[] All = [true, true, true, true];

    [Fact]
    public void Correct_TwoLayersByHand_GivesTheMeanShifts()
    {
        // Layer 1: weights (127, 0.4) -> (127, 0): FP32 is 127 a + 0.4 b, INT8 127 a. Over (a, b) = (0, 10) and (1, 30)
        // the shift is 0.4 * 20 = 8, which with steps of 4 (range of the layer's codes: 0..1020) and exact ties absent
        // makes the outputs 8 and 136 instead of 0 and 128. FP32 hands on 4 and 139.
        var graph = Nets.Group(new GraphBuilder(13, -1, 1, 1, 2)
            .Floats("w", [1, 1, 1, 2], 127, 0.4f)
            .Floats("v", [1, 1], 127)
            .Node("Conv", "x w", "c1").Node("Relu", "c1", "r1").Node("Flatten", "r1", "f").Node("Gemm", "f v", "c2")
            .Build());
        var network = Nets.Quantized(graph, ("x", 1), ("r1", 4));
        using var float32 = new FloatNetwork(graph);
        var images = Nets.Images([0, 10, 1, 30], 1, 1, 2, 1);

        var biases = BiasCorrector.Correct(float32, network, [true, true], images, SpillSpace.Memory, 1, CancellationToken.None);

        // Squared error before: (4-0)² + (139-128)² = 137; after: (4-8)² + (139-136)² = 25.
        biases["c1"].ShouldBe([8f]);

        // Layer 2 sees 8 and 136 (mean 72) where FP32 has 4 and 139 (mean 71.5): the shift is 127 * -0.5.
        biases["c2"].ShouldBe([-63.5f]);
    }

    // DFQ's expectation of ReLU(N(beta, gamma)): gamma phi(-beta/gamma) + beta (1 - Phi(-beta/gamma)). What is measured on the images
    // is what it says: the shift of a rounded weight is (w^ - w) E[x].
    [Theory]
    [InlineData(0, 1, .3989423)]
    [InlineData(1, 1, 1.0833155)]
    [InlineData(-1, 1, .0833155)]
    [InlineData(.5, 2, 1.0726894)]
    public void Correct_InputsBehindAReLU_IsTheAnalyticShiftOfDataFreeQuantization(double beta, double gamma, double expectation)
    {
        const int Step = 32; // codes of one unit
        const int Count = 4000;
        const float Lost = .4f; // rounds to 0 beside 127
        var pixels = new List<byte>();
        double beyond = 1;
        for (int code = 255; code > 0; code--)
        {
            beyond -= Gaussian.Mass((((code - .5) / Step) - beta) / gamma, (((code + .5) / Step) - beta) / gamma);
            while (pixels.Count / 2 < (int)Math.Round(Count * (1 - beyond)))
            {
                pixels.AddRange([0, (byte)code]);
            }
        }

        pixels.AddRange(new byte[(2 * Count) - pixels.Count]);
        var graph = Nets.Group(new GraphBuilder(13, -1, 1, 1, 2)
            .Floats("w", [2, 1], 127, Lost)
            .Node("Flatten", "x", "f").Node("Gemm", "f w", "c1")
            .Build());
        using var float32 = new FloatNetwork(graph);

        var biases = BiasCorrector.Correct(
            float32, Nets.Quantized(graph, ("f", 1)), [true, true], Nets.Images([.. pixels], 1, 1, 2, 500), SpillSpace.Memory, 1,
            CancellationToken.None);

        (biases["c1"].ShouldHaveSingleItem() / Lost / Step).ShouldBe((float)expectation, 3e-3f);
    }

    [Fact]
    public void Correct_ExactLayers_KeepsNothing()
    {
        var graph = Nets.Group(new GraphBuilder(13, -1, 1, 1, 2)
            .Floats("w", [1, 1, 1, 2], 127, 64)
            .Node("Conv", "x w", "c1").Node("Relu", "c1", "r1").Node("Flatten", "r1", "y")
            .Build());
        using var float32 = new FloatNetwork(graph);

        BiasCorrector.Correct(
            float32, Nets.Quantized(graph, ("x", 1)), [true], Nets.Noise(8, 1, 1, 2, 2), SpillSpace.Memory, 1, CancellationToken.None)
            .ShouldBeEmpty();
    }

    [Fact]
    public void Correct_NotWanted_EstimatesNothing()
    {
        using var net = Calibrated.Residual(64, 8);

        Correct(net, [false, false, false, false]).ShouldBeEmpty();
        Correct(net, [false, true, false, false]).Keys.ShouldBeSubsetOf(["c2"]);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(3000, 3)]
    [InlineData(long.MaxValue, 7)]
    public void Correct_TensorsOnDiskAndAnyNumberOfWorkers_GivesTheSameBitsAndLeavesNothing(long bytes, int workers)
    {
        using var net = Calibrated.Residual(64, 8);
        using var folder = new WorkFolder();
        using var space = new SpillSpace(bytes, folder.Root);

        var expected = Correct(net, All);
        var found = BiasCorrector.Correct(net.Float32, net.AllInt8("max"), All, net.Images, space, workers, CancellationToken.None);

        expected.ShouldNotBeEmpty();
        found.Keys.ShouldBe(expected.Keys, ignoreOrder: true);
        found.ShouldAllBe(pair => pair.Value.SequenceEqual(expected[pair.Key]));
        space.Spilled.ShouldBe(0);
    }

    [Theory]
    [InlineData("max")]
    [InlineData("percentile:99")]
    public void Correct_EachGroup_NeverIncreasesItsErrorAndTheLastOneRemovesTheShift(string calibrator)
    {
        using var net = Calibrated.Residual(64, 8);
        var network = net.AllInt8(calibrator);
        var biases = Correct(net, All, calibrator);

        // Group k alone takes its new bias, on top of those before it.
        string[] layers = ["c1", "c2", "c3", "y"];
        for (int k = 0; k < layers.Length; k++)
        {
            var before = network.WithBiases(Of(biases, layers[..k]));
            var after = network.WithBiases(Of(biases, layers[..(k + 1)]));
            Error(net.Float32, after, net.Images, k).ShouldBeLessThanOrEqualTo(Error(net.Float32, before, net.Images, k));
        }

        biases.Keys.ShouldContain("y", "the logits are not quantized: their mean can always be corrected");
        var corrected = network.WithBiases(biases);
        for (int channel = 0; channel < 5; channel++)
        {
            Mean(net.Images, pixels => net.Float32.Run(pixels, [8, 3, 8, 8], corrected), channel)
                .ShouldBe(Mean(net.Images, pixels => net.Float32.Run(pixels, [8, 3, 8, 8]), channel), 1e-3);
        }
    }

    [Fact]
    public void Correct_ManyTimes_LeavesNoTensorBehind()
    {
        using var net = Calibrated.Residual(64, 8);

        TensorLeaks.ShouldBeNone(() =>
        {
            Correct(net, All);
            Correct(net, [true, false, true, true]);
        });
    }

    private static IReadOnlyDictionary<string, float[]> Correct(Calibrated net, bool[] wanted, string calibrator = "max") =>
        BiasCorrector.Correct(net.Float32, net.AllInt8(calibrator), wanted, net.Images, SpillSpace.Memory, 1, CancellationToken.None);

    private static Dictionary<string, float[]> Of(IReadOnlyDictionary<string, float[]> biases, string[] layers) =>
        biases.Where(pair => layers.Contains(pair.Key)).ToDictionary(StringComparer.Ordinal);

    [Fact]
    public void Enough_OfManyImages_IsAPartInSmallBatchesAndOfFewAll()
    {
        var few = Nets.Noise(64, 3, 8, 8, 8);
        var many = Nets.Noise(200, 3, 8, 8, 100);

        BiasCorrector.Enough(few).ShouldBeSameAs(few);
        var enough = BiasCorrector.Enough(many);
        (enough.Images.Count, enough.Count).ShouldBe((96, 12));
        BiasCorrector.Enough(many).Images.Digest.ShouldBe(enough.Images.Digest);
    }

    private static double Mean(ImageBatches images, Func<float[], float[]> run, int channel) =>
        Enumerable.Range(0, images.Count)
            .SelectMany(batch => run(images.Pixels(batch)).Where((_, i) => i % 5 == channel))
            .Average(value => (double)value);

    // What group k hands on, in FP32 against the quantized network: the run ends after the group.
    private static double Error(FloatNetwork float32, QuantizedNetwork network, ImageBatches images, int k)
    {
        double error = 0;
        using var programs = float32.Compile(network);
        for (int batch = 0; batch < images.Count; batch++)
        {
            using var exact = new LiveTensors();
            using var rounded = new LiveTensors();
            exact.Set("x", images.Tensor(batch));
            rounded.Set("x", images.Tensor(batch));
            for (int group = 0; group <= k; group++)
            {
                float32.Float32(group).Run(exact);
                programs.Programs[group].Run(rounded);
            }

            error += float32.HandedOn(float32.Graph.Groups[k])
                .Sum(tensor => Kernels.Tensors.TensorStatistics.SquaredError(exact.Get(tensor), rounded.Get(tensor)).Noise);
        }

        return error;
    }
}
