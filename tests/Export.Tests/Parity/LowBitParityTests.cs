namespace Cluster.Export.Tests.Parity;

/// <summary>Below 8 bits, too, the file in ONNX Runtime is what the simulation says, in bytes and in nibbles.</summary>
public sealed class LowBitParityTests
{
    private const int RandomPlans = 4;

    public static TheoryData<string> Names => EveryPlanTests.Names;

    public static TheoryData<string, int, int> RealPlans => new()
    {
        { Nets.ResNet20, 3, 8 }, { Nets.ResNet20, 4, 4 }, { Nets.ResNet20, 3, 3 }, { "mnist/lenet-mnist", 2, 4 }, { Nets.MobileNet, 4, 4 },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Check_RandomWidths_PassInBytesAndNibbles(string name)
    {
        using var net = Calibrated.Small(name);
        var random = new Random(5);
        for (int plan = 0; plan < RandomPlans; plan++)
        {
            GroupDecision[] settings =
                [.. net.Graph.Groups.Select(
                    _ => random.Next(4) == 0
                        ? Decide.Float32
                        : Decide.Integer("mse", false, random.Next(2, 9), random.Next(2, 9)))];
            settings[plan % settings.Length] = Decide.Integer("max", false, 4, 4);
            var network = net.Resolver.Resolve(settings);
            foreach (var storage in Enum.GetValues<CodeStorage>())
            {
                var report = net.Check(network, storage);

                report.Failure.ShouldBeNull($"{storage}: {string.Join(" | ", settings.Select(setting => setting.ToString()))}");
                report.Tensors.Count.ShouldBe(network.Layout.Points.Count);
            }
        }
    }

    [Theory]
    [MemberData(nameof(RealPlans))]
    public void Check_RealModelWithFirstAndLastAtEight_PassesAndLogitsAgree(string model, int weightBits, int activationBits)
    {
        using var net = Calibrated.Shared(model, 16);
        var network = net.Resolver.Resolve(LowBits(net.Graph, weightBits, activationBits));
        byte[] bytes = OnnxWriter.Write(QdqExporter.Export(network)).Message;
        byte[] nibbles = OnnxWriter.Write(QdqExporter.Export(network, CodeStorage.Nibbles)).Message;

        var report = net.Check(network, ModelFile.Of(bytes));

        report.Failure.ShouldBeNull();
        report.Tensors.Count.ShouldBe(network.Layout.Points.Count);
        report.Tensors.ShouldAllBe(tensor => tensor.Elements > 0);
        nibbles.Length.ShouldBeLessThan(bytes.Length);
        InRuntime.Run(nibbles, net.Images.Inputs(0)).ShouldBe(InRuntime.Run(bytes, net.Images.Inputs(0)));
    }

    [Fact]
    public void Optimized_LowBitFile_ComputesInFloatWithItsOwnBiases()
    {
        using var net = Calibrated.Residual(16, 8);
        var network = net.Resolver.Resolve(LowBits(net.Graph, 2, 4));

        var nodes = OptimizedGraph.Nodes(OnnxWriter.Write(QdqExporter.Export(network)).Message);

        nodes.Where(node => node.OpType is "FusedConv" or "Conv").Select(node => node.Input.Count > 2 ? node.Input[2] : "")
            .ShouldBe(["c1_bias", "c2_bias", ""]);
        nodes.ShouldNotContain(node => node.OpType == "QLinearConv" || node.OpType == "QGemm");
        nodes.Count(node => node.OpType == "Clip").ShouldBe(2);
    }

    private static GroupDecision[] LowBits(GroupedGraph graph, int weightBits, int activationBits)
    {
        int last = graph.Groups.Count - 1;
        return [.. graph.Groups.Select(group => group.Index == 0 || group.Index == last
            ? Decide.Integer("mse", false)
            : Decide.Integer("mse", false, weightBits, activationBits))];
    }
}
