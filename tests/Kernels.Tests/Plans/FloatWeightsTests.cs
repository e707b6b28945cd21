using Cluster.Kernels.Correction;
using Cluster.Kernels.Evaluation.Measurement;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Export;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Plans.Placement;
using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tests.Evaluation.Parity;
using Cluster.Kernels.Tests.Execution;
using Cluster.Kernels.Tests.Graphs;
using Cluster.Plans;
using Cluster.Tests;

namespace Cluster.Kernels.Tests.Plans;

/// <summary>A plan with FP32 weights is its file but for the rounding of weights.</summary>
public sealed class FloatWeightsTests
{
    private const int RandomPlans = 6;

    public static TheoryData<string> Names => EveryPlanTests.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_CodesInPlaceOfFloatWeights_IsTheQuantizedNetworkToTheBit(string name)
    {
        var graph = Nets.Group(EveryPlanTests.Networks[name]().Build());
        var images = Nets.Noise(24, 3, 8, 8, 8);
        using var float32 = new FloatNetwork(graph);
        var resolver = new PlanResolver(graph, Nets.Calibrate(float32, images));
        var random = new Random(3);
        for (int plan = 0; plan < RandomPlans; plan++)
        {
            // Every other one in 8 bits; the others have groups of fewer.
            GroupDecision[] settings =
            [
                .. graph.Groups.Select(_ => random.Next(3) == 0
                    ? Decide.Float32
                    : Decide.Integer(
                        "percentile:99", true, plan % 2 == 0 ? 8 : random.Next(2, 9), plan % 2 == 0 ? 8 : random.Next(2, 9))),
            ];
            bool[] correct = [.. settings.Select(setting => setting.BiasCorrection)];
            var network = resolver.Resolve(settings);
            var weighted = graph.Groups.SelectMany(group => group.Nodes).Where(network.Layout.HasQuantizedWeights);
            var same = network.WithUnroundedWeights(weighted.ToDictionary(node => node.Name, network.WeightSteps, StringComparer.Ordinal));

            var biases = BiasCorrector.Correct(float32, network, correct, images, SpillSpace.Memory, 2, CancellationToken.None);
            var found = BiasCorrector.Correct(float32, same, correct, images, SpillSpace.Memory, 2, CancellationToken.None);

            found.Keys.Order(StringComparer.Ordinal).ShouldBe(biases.Keys.Order(StringComparer.Ordinal));
            found.ShouldAllBe(pair => pair.Value.SequenceEqual(biases[pair.Key]));
            float32.Run(images, same.WithBiases(found), 2, CancellationToken.None)
                .ShouldBe(
                    [.. Enumerable.Range(0, images.Count)
                        .SelectMany(batch => float32.Run(images.Pixels(batch), [images.Size(batch), 3, 8, 8], network.WithBiases(biases)))],
                    $"plan {plan}");
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
            .Floats("v", [1, 1, 1, 1], 127)
            .Node("Conv", "x w", "c1").Node("Relu", "c1", "r1").Node("Conv", "r1 v", "c2").Node("Flatten", "c2", "y")
            .Build());
        using var float32 = new FloatNetwork(graph);
        var images = Nets.Images([0, 10, 1, 30], 1, 1, 2, 1);
        var network = Resolve(graph, ("x", 1), ("r1", 4)).WithFloatWeights();

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
        var graph = Nets.Group(Nets.Residual());
        using var float32 = new FloatNetwork(graph);
        var images = Nets.Noise(64, 3, 8, 8, 8);
        GroupDecision[] settings = [.. graph.Groups.Select(_ => Decide.Integer("percentile:99", true, weightBits, 8))];
        var plan = new PlanResolver(graph, Nets.Calibrate(float32, images)).Resolve(settings);
        var perfect = plan.WithFloatWeights();

        double probe = Divergence(Corrected(perfect));

        probe.ShouldBeLessThan(Divergence(Corrected(plan)));
        probe.ShouldBeLessThan(Divergence(perfect));

        QuantizedNetwork Corrected(QuantizedNetwork network) =>
            network.WithBiases(BiasCorrector.Correct(
                float32, network, [.. settings.Select(_ => true)], images, SpillSpace.Memory, 2, CancellationToken.None));

        double Divergence(QuantizedNetwork network) => LogitsKl.Of(
            [.. Enumerable.Range(0, images.Count).SelectMany(batch => float32.Run(images.Pixels(batch), [images.Size(batch), 3, 8, 8]))],
            float32.Run(images, network, 2, CancellationToken.None),
            5);
    }

    [Fact]
    public void Run_FloatWeightsOfMobileNet_AreNearerToFloat32ThanTheCorrectedFileOnlyIfCorrectedToo()
    {
        var graph = Nets.Shared(Nets.MobileNet);
        using var float32 = new FloatNetwork(graph);
        var images = Nets.SharedImages(Nets.MobileNet, 64);
        var plan = new PlanResolver(graph, Nets.Calibrate(float32, images, 2)).Resolve(Nets.AllInt8(graph));
        float[] expected =
        [
            .. Enumerable.Range(0, images.Count).SelectMany(batch => float32.Run(images.Pixels(batch), [images.Size(batch), 3, 224, 224]))
        ];

        double file = Divergence(Corrected(plan));
        double uncorrected = Divergence(plan.WithFloatWeights());
        double probe = Divergence(Corrected(plan.WithFloatWeights()));

        // 0.0101, 0.0125 and 0.0178 nats: without correction perfect weights would look worse than rounded ones.
        probe.ShouldBeLessThan(0.9 * file);
        file.ShouldBeLessThan(uncorrected);

        QuantizedNetwork Corrected(QuantizedNetwork network) =>
            network.WithBiases(
                BiasCorrector.Correct(
                    float32, network, [.. graph.Groups.Select(_ => true)], images, SpillSpace.Memory, 2, CancellationToken.None));

        double Divergence(QuantizedNetwork network) => LogitsKl.Of(expected, float32.Run(images, network, 2, CancellationToken.None), 1000);
    }

    [Fact]
    public void Export_FloatWeights_IsRefused()
    {
        var graph = Nets.Group(Nets.Residual());
        using var float32 = new FloatNetwork(graph);
        var network = new PlanResolver(graph, Nets.Calibrate(float32, Nets.Noise(8, 3, 8, 8, 8))).Resolve(Nets.AllInt8(graph));

        Should.Throw<InvalidOperationException>(() => QdqExporter.Export(network.WithFloatWeights()));
        Should.Throw<InvalidOperationException>(
            () => QdqExporter.Export(network.WithFloatWeights().WithBiases(network.CorrectedBiases)),
            "other biases change nothing about it");
    }

    private static QuantizedNetwork Resolve(Kernels.Graphs.Groups.GroupedGraph graph, params (string Tensor, float Scale)[] scales)
    {
        var layout = OnnxRuntimeCpuPlacement.Place(graph, [.. graph.Groups.Select(_ => true)]);
        var ranges = scales.ToDictionary(
            pair => pair.Tensor, pair => new QuantizationParameters(pair.Scale, 0, 0, 255), StringComparer.Ordinal);
        return new QuantizedNetwork(graph, layout, new WeightBank(graph), ranges, new Dictionary<string, float[]>(StringComparer.Ordinal));
    }
}
