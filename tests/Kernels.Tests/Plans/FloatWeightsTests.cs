namespace Cluster.Kernels.Tests.Plans;

/// <summary>A plan with FP32 weights is its file but for the rounding of weights.</summary>
public sealed class FloatWeightsTests
{
    private const int RandomPlans = 4;

    public static TheoryData<string> Names => SmallNetworks.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_CodesInPlaceOfFloatWeights_IsTheQuantizedNetworkToTheBit(string name)
    {
        using var net = Calibrated.Small(name);
        var random = new Random(3);
        for (int plan = 0; plan < RandomPlans; plan++)
        {
            // Every other one in 8 bits; the others have groups of fewer.
            GroupDecision[] settings =
            [
                .. net.Graph.Groups.Select(_ => random.Next(3) == 0
                    ? Decide.Float32
                    : Decide.Integer(
                        "percentile:99", true, plan % 2 == 0 ? 8 : random.Next(2, 9), plan % 2 == 0 ? 8 : random.Next(2, 9))),
            ];
            bool[] correct = [.. settings.Select(setting => setting.BiasCorrection)];
            var network = net.Resolver.Resolve(settings);
            var weighted = net.Graph.Groups.SelectMany(group => group.Nodes).Where(network.Layout.HasQuantizedWeights);
            var same = network with
            {
                UnroundedWeights = weighted.ToDictionary(
                    node => node.Name,
                    node => (Func<float[]>)(() => Array.ConvertAll(network.Weights(node).Codes, code => (float)code)),
                    StringComparer.Ordinal),
            };

            var biases = BiasCorrector.Correct(net.Float32, network, correct, net.Images, SpillSpace.Memory, 2, CancellationToken.None);
            var found = BiasCorrector.Correct(net.Float32, same, correct, net.Images, SpillSpace.Memory, 2, CancellationToken.None);

            found.Keys.Order(StringComparer.Ordinal).ShouldBe(biases.Keys.Order(StringComparer.Ordinal));
            found.ShouldAllBe(pair => pair.Value.SequenceEqual(biases[pair.Key]));
            net.Float32.Run(net.Images, same.WithBiases(found), 2, CancellationToken.None)
                .ShouldBe(net.Float32.Run(net.Images, network.WithBiases(biases), 2, CancellationToken.None), $"plan {plan}");
        }
    }

    [Fact]
    public void Correct_FloatWeights_LeavesOutTheShiftOfTheRoundedOnes()
    {
        // Weights (127, 0.4) -> (127, 0) shift the first layer by 0.4 * 20 = 8 on average, which its bias takes over.
        // With FP32 weights (a, b) = (0, 10) and (1, 30) give 4 and 139, which steps of 4 make 4 and 140: nothing is
        // shifted before rounding.
        var graph = Nets.Group(new GraphBuilder(13, -1, 1, 1, 2)
            .Floats("w", [1, 1, 1, 2], 127, 0.4f)
            .Floats("v", [1, 1], 127)
            .Node("Conv", "x w", "c1").Node("Relu", "c1", "r1").Node("Flatten", "r1", "f").Node("Gemm", "f v", "c2")
            .Build());
        using var float32 = new FloatNetwork(graph);
        var images = Nets.Images([0, 10, 1, 30], 1, 1, 2, 1);
        var network = Nets.Quantized(graph, ("x", 1), ("r1", 4)).WithFloatWeights();

        var biases = BiasCorrector.Correct(float32, network, [true, true], images, SpillSpace.Memory, 1, CancellationToken.None);

        // Layer 2 sees 4 and 140 (mean 72) where FP32 has 4 and 139 (mean 71.5): what the activations shift is corrected as in a file.
        biases.Keys.ShouldBe(["c2"]);
        biases["c2"].ShouldBe([-63.5f]);

        // The bias has int32 codes of 4 * 1, as in a file: -64.
        float32.Run(images, network.WithBiases(biases), 1, CancellationToken.None).ShouldBe([(127 * 4) - 64, (127 * 140) - 64]);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Run_FloatWeights_IsNearerToFloat32ThanTheFileAndThanUncorrected(int weightBits)
    {
        using var net = Calibrated.Residual(64, 8);
        var plan = net.Resolve(_ => Decide.Integer("percentile:99", true, weightBits, 8));
        var perfect = plan.WithFloatWeights();

        double probe = Divergence(Corrected(perfect));

        probe.ShouldBeLessThan(Divergence(Corrected(plan)));
        probe.ShouldBeLessThan(Divergence(perfect));

        QuantizedNetwork Corrected(QuantizedNetwork network) => network.WithBiases(BiasCorrector.Correct(
            net.Float32, network, [true, true, true, true], net.Images, SpillSpace.Memory, 2, CancellationToken.None));

        double Divergence(QuantizedNetwork network) => LogitsKl.Of(
            [.. Enumerable.Range(0, net.Images.Count).SelectMany(batch => net.Float32.Run(net.Images.Inputs(batch)))],
            net.Float32.Run(net.Images, network, 2, CancellationToken.None),
            5);
    }

    [Fact]
    public void WithFloatWeights_OfManyPlans_HoldsNoneOfThem()
    {
        using var net = Calibrated.Shared(Nets.ResNet20, 8, 8);
        var network = net.AllInt8();
        long weights = sizeof(float) * network.WithFloatWeights().UnroundedWeights.Values.Sum(numbers => numbers().LongLength);
        long before = GC.GetAllocatedBytesForCurrentThread();

        var others = Enumerable.Range(0, 10).Select(_ => network.WithFloatWeights()).ToArray();

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(weights);
        others.ShouldAllBe(other => other.UnroundedWeights.Count > 0);
    }

    [Fact]
    public void Export_FloatWeights_IsRefused()
    {
        using var net = Calibrated.Residual(8, 8);
        var network = net.AllInt8();

        Should.Throw<InvalidOperationException>(() => QdqExporter.Export(network.WithFloatWeights()));
        Should.Throw<InvalidOperationException>(
            () => QdqExporter.Export(network.WithFloatWeights().WithBiases(network.CorrectedBiases)),
            "other biases change nothing about it");
    }
}
