using TorchSharp;

namespace Cluster.Learning.Tests.Reconstruction;

/// <summary>A reconstruction sees tensors quantized where the plan's file has them quantized, and nowhere else.</summary>
[Collection(ProcessSettings.Name)]
public sealed class ReconstructionStartTests
{
    private const int RandomPlans = 8;

    public static TheoryData<string> Names => SmallNetworks.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Of_AnyPlanOfFewBits_QuantizesWhatTheSimulationQuantizes(string name)
    {
        using var net = Calibrated.Small(name);
        var random = new Random(11);
        for (int plan = 0; plan < RandomPlans; plan++)
        {
            var settings = Plan(net.Graph, random, plan);
            var start = ReconstructionStart.Of(net.Resolver.Resolve(settings));
            var learned = Untrained(net.Graph, start, net.Images);

            double difference = Difference(net.Graph, net.Images, net.Float32, net.Resolver.Resolve(settings, learned), start, learned);

            difference.ShouldBeLessThan(2e-3, $"plan {plan}: {string.Join(" | ", settings.Select(setting => setting.ToString()))}");
        }
    }

    [Fact]
    public void Of_TensorThatOneReaderSeesQuantized_IsFloatForTheOthers()
    {
        // r1 is made in FP32; the convolution behind it is quantized, the shortcut is not.
        using var net = Calibrated.Residual(24, 8);
        GroupDecision[] settings =
            [.. net.Graph.Groups.Select(group => group.Index == 0 ? Decide.Float32 : Decide.Integer("mse", false, 4, 3))];

        var start = ReconstructionStart.Of(net.Resolver.Resolve(settings));

        start.Readers.Keys.ShouldBe(["r1"]);
        start.Readers["r1"].ShouldBe(["c2"]);
        var learned = Untrained(net.Graph, start, net.Images);
        var network = net.Resolver.Resolve(settings, learned);
        Difference(net.Graph, net.Images, net.Float32, network, start, learned).ShouldBeLessThan(2e-3);
        Difference(net.Graph, net.Images, net.Float32, network, new ReconstructionStart(start.Weights, start.Activations), learned)
            .ShouldBeGreaterThan(1e-2, "the shortcut would be rounded too");
    }

    [Theory]
    [InlineData(ReconstructionMethod.Brecq)]
    [InlineData(ReconstructionMethod.QDrop)]
    public void Run_TensorThatOneReaderSeesQuantized_LearnsAroundItsRange(ReconstructionMethod method)
    {
        using var net = Calibrated.Residual(48, 16);
        var start = ReconstructionStart.Of(net.Resolve(group => group.Index == 0 ? Decide.Float32 : Decide.Integer("mse", false, 3, 4)));
        var options = new ReconstructionOptions
        {
            Method = method,
            Iterations = 60,
            ActivationIterations = 60,
            BatchSize = 8,
            LearningRate = 2e-2,
            Seed = 7,
            HeldOutShare = 0.25
        };

        var result = new SmallReconstruction(net.Graph, net.Images, start).Run(options);

        result.Blocks.ShouldAllBe(block => block.Kept == (block.LearnedLoss < block.NearestLoss));
        result.Blocks.ShouldContain(block => block.Kept);
        result.Parameters.Weights.Keys.ShouldNotContain("c1");
        result.Parameters.Activations["r1"].ShouldBe(start.Activations["r1"], "its range stays as calibrated");
        net.Resolver.Resolve(
            [.. net.Graph.Groups.Select(group => group.Index == 0 ? Decide.Float32 : Decide.Integer("mse", false, 3, 4))],
            result.Parameters)
            .LearnedWeights.Count.ShouldBe(3);
    }

    private static GroupDecision[] Plan(GroupedGraph graph, Random random, int plan)
    {
        GroupDecision[] settings = [.. graph.Groups.Select(
            _ => random.Next(3) == 0 ? Decide.Float32 : Decide.Integer("mse", false, random.Next(2, 9), random.Next(2, 9)))];
        settings[plan % settings.Length] = Decide.Integer("mse", false, 4, 4);
        return settings;
    }

    private static LearnedParameters Untrained(GroupedGraph graph, ReconstructionStart start, ImageBatches images)
    {
        var options = new ReconstructionOptions { Method = ReconstructionMethod.AdaRound, Iterations = 1, LearningRate = 1e-9 };
        return start.Weights.Count == 0 ? new LearnedParameters() : new SmallReconstruction(graph, images, start).Run(options).Parameters;
    }

    // Mean distance of the logits over their largest, between the whole network as one block of a reconstruction and
    // the simulation of the file.
    private static double Difference(
        GroupedGraph graph,
        ImageBatches images,
        FloatNetwork float32,
        QuantizedNetwork network,
        ReconstructionStart start,
        LearnedParameters learned)
    {
        using var live = new ProgramBuilder(graph, hasGradients: true);
        var grids = graph.WeightedNodes.Where(node => learned.Weights.ContainsKey(node.Name)).ToDictionary(
            node => node.Name,
            node => new WeightGrid(
                graph.Graph.Initializers[node.Inputs[1]].Shape, WeightBank.OutputAxis(node), learned.Weights[node.Name].Scales, [], []),
            StringComparer.Ordinal);
        var numbers = new LearnedNumbers(grids, start.Activations, start.Readers, start.Fixed);
        var block = new ReconstructionBlock([.. graph.Nodes], [.. graph.WeightedNodes]);
        var codes = learned.Weights.ToDictionary(pair => pair.Key, pair => pair.Value.Codes, StringComparer.Ordinal);
        using var scope = torch.NewDisposeScope();
        using var without = torch.no_grad();
        using var quantization = numbers.Quantization(block, codes, start.Activations, ComputeDevice.Cpu);
        var pixels = images.Tensor(0);
        string input = graph.Input.Name;
        float[] expected = float32.Run(images.Pixels(0), [images.Size(0), 3, 8, 8], network);

        float[] found = TensorFactory.ToFloats(live.Whole(SumKind.Whole).Run([numbers.IsMadeQuantized(input)
                ? TensorQuantizer.FakeQuantize(pixels, start.Activations[input])
                : pixels], quantization)[0].contiguous());

        return expected.Zip(found, (a, b) => Math.Abs(a - b)).Average() / expected.Max(Math.Abs);
    }
}
