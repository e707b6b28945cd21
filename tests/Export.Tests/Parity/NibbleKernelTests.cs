namespace Cluster.Export.Tests.Parity;

/// <summary>Weights of 4 bits with activations of 8: the kernels of INT8, and weights that take half the room.</summary>
public sealed class NibbleKernelTests
{
    private static readonly GroupDecision[] Formats =
        [Decide.Float32, Decide.Integer("max", false), Decide.Integer("max", false, 4, 8)];

    public static TheoryData<string> Names => EveryPlanTests.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Check_GroupsInThreeFormats_Pass(string name)
    {
        using var net = Calibrated.Small(name);
        var random = new Random(3);
        for (int plan = 0; plan < 6; plan++)
        {
            GroupDecision[] settings = [.. net.Graph.Groups.Select(_ => Formats[random.Next(Formats.Length)])];
            settings[plan % settings.Length] = Formats[2];
            var network = net.Resolver.Resolve(settings);

            network.Layout.ComputesInFloat.ShouldBeFalse();
            net.Check(network)
                .Failure.ShouldBeNull(string.Join(" | ", settings.Select(setting => setting.Format.Weights)));
        }
    }

    [Theory]
    [InlineData(Nets.ResNet8)]
    [InlineData(Nets.MobileNet)]
    [InlineData("mnist/lenet-mnist")]
    public void Export_RealModel_RunsTheKernelsOfInt8AndIsSmaller(string model)
    {
        using var net = Calibrated.Shared(model, 8, 8);
        var int8 = net.Resolve(_ => Formats[1]);
        var nibbles = net.Resolve(_ => Formats[2]);
        byte[] bytes = OnnxWriter.Write(QdqExporter.Export(int8)).Message;
        byte[] smaller = OnnxWriter.Write(QdqExporter.Export(nibbles)).Message;

        Operators(smaller).ShouldBe(Operators(bytes));
        long weights = net.Graph.WeightedNodes.Where(nibbles.Layout.HasQuantizedWeights)
            .Sum(node => net.Graph.Graph.Initializers[node.Inputs[1]].Count);
        (bytes.Length - smaller.Length).ShouldBeGreaterThan((int)(0.35 * weights));
        net.Check(nibbles, ModelFile.Of(smaller)).Failure.ShouldBeNull();
    }

    [Fact]
    public void Weights_ChannelsOnOneSideOfZero_AreShiftedIntoTheNibbleAndBack()
    {
        // All weights of a channel are positive or all negative: the search for the least error spends few codes on the other side.
        var graph = new GraphBuilder(14, -1, 3, 8, 8)
            .Floats("w", [4, 3, 1, 1], [0.5f, 1, 1.5f, -0.5f, -1, -1.5f, 0.1f, 0.9f, 1.7f, -1, 1, 0])
            .Node("Conv", "x w", "c")
            .Floats("v", [2, 4, 1, 1], Nets.Values(8, 2))
            .Node("Conv", "c v", "d")
            .Node("Flatten", "d", "y")
            .Build();
        using var net = new Calibrated(Nets.Group(graph), Nets.Noise(16, 3, 8, 8, 8));
        var network = net.Resolve(_ => Formats[2]);
        var exported = QdqExporter.Export(network);

        network.Weights(net.Graph.WeightedNodes.First()).Codes.Max().ShouldBeGreaterThan((sbyte)7);
        exported.Nodes.ShouldContain(node => node.OpType == "Sub");
        net.Check(network, OnnxWriter.Write(exported)).Failure.ShouldBeNull();
    }

    [Fact]
    public void HasIntegerKernel_Widths_AreThoseTheRuntimeMultiplies()
    {
        GroupDecision[] without =
        [
            Decide.Float32,
            Decide.Integer("max", false, 3, 8),
            Decide.Integer("max", false, 8, 4),
        ];

        Formats.Skip(1).ShouldAllBe(setting => OnnxRuntimeCpuPlacement.HasIntegerKernel(setting));
        without.ShouldAllBe(setting => !OnnxRuntimeCpuPlacement.HasIntegerKernel(setting));
    }

    private static string Operators(byte[] model) => string.Join(
        ' ', OptimizedGraph.Nodes(model).GroupBy(node => node.OpType, StringComparer.Ordinal)
            .OrderBy(same => same.Key, StringComparer.Ordinal)
            .Select(same => $"{same.Key}:{same.Count()}"));
}
