using static Cluster.Tests.GraphBuilder;

namespace Cluster.Export.Tests.TensorRt;

public sealed class TensorRtExporterTests
{
    public static TheoryData<string> Small => [.. SmallNetworks.All.Keys];

    [Theory]
    [MemberData(nameof(Small))]
    public void Export_AnyGroups_KeepsRulesAndMatchesOnnxRuntime(string name)
    {
        using var net = Calibrated.Small(name, 8, 4);
        for (int plan = 0; plan < 1 << Math.Min(5, net.Graph.Groups.Count); plan++)
        {
            // What is not in INT8 is in FP32 and FP16 by turns, which of them first by the plan. Numbers around zero and the large weights
            // behind them are beyond FP16's range.
            bool hasHalves = !name.EndsWith("around zero", StringComparison.Ordinal);
            GroupDecision[] settings = [.. Nets.Mixed(net.Graph, group => (plan >> (group % 5) & 1) == 1, "max")
                .Select((setting, group) => setting.Format.IsInteger || !hasHalves || (group + plan) % 3 == 0 ? setting : Float16)];
            var network = TensorRtNetwork.Of(net.Resolver.Resolve(settings), settings, net.Statistics);

            var exported = TensorRtExporter.Export(network);

            TensorRtLint.Check(exported).ShouldBeEmpty($"plan {plan}");
            Agrees(OnnxWriter.Write(exported).Message, net.Float32, network, net.Images.Pixels(0), $"plan {plan}");
        }
    }

    private static GroupDecision Float16 => Decide.In(GroupFormat.Float16);

    [Theory]
    [InlineData(Nets.ResNet8)]
    [InlineData(Nets.ResNet20)]
    [InlineData(Nets.MobileNet)]
    [InlineData("cifar10/resnet20-conv1x1-shortcut")]
    public void Export_RealModel_KeepsTheRules(string model)
    {
        using var net = Calibrated.Shared(model, 4, 4);
        var settings = Nets.AllInt8(net.Graph);

        var network = net.Resolver.Resolve(settings);
        var exported = TensorRtExporter.Export(TensorRtNetwork.Of(network, settings, net.Statistics));

        TensorRtLint.Check(exported).ShouldBeEmpty();
        int layers = net.Graph.WeightedNodes.Count();
        exported.Nodes.Count(node => node.OpType == "QuantizeLinear" && exported.Initializers.ContainsKey(node.Inputs[0])).ShouldBe(layers);
    }

    [Fact]
    public void Of_Residual_QuantizesInputsAndTheOtherBranchOnly()
    {
        var graph = Nets.Group(Nets.Residual());

        var layout = TensorRtPlacement.Place(graph, [.. graph.Groups.Select(_ => true)]);

        layout.Points.Keys.Order(StringComparer.Ordinal).ShouldBe(["f", "r1", "r2", "r3", "x"]);
        var sum = graph.Nodes.Single(node => node.OpType == "Add");
        layout.PointFor("r1", sum).ShouldNotBeNull();
        layout.PointFor("c2", sum).ShouldBeNull();
    }

    // As NVIDIA's maintainers say that TensorRT reads scales of a ConvTranspose by input channel.
    [Fact]
    public void Export_TransposedConvolution_HasOneScaleForItsWeights()
    {
        using var net = new Calibrated(Nets.Group(BlockConvolutionTests.UNet(isFree: false)), Nets.Noise(8, 3, 8, 8, 4));
        var settings = Nets.AllInt8(net.Graph, "max");
        var network = TensorRtNetwork.Of(net.Resolver.Resolve(settings), settings, net.Statistics);

        var file = TensorRtExporter.Export(network);

        TensorRtLint.Check(file).ShouldBeEmpty();
        var layer = file.Nodes.Single(node => node.Name == "up1");
        layer.OpType.ShouldBe("ConvTranspose");
        var pair = file.Nodes.Single(node => node.Output == layer.Inputs[1]);
        file.Initializers[pair.Inputs[1]].As<float>().ToArray()
            .ShouldBe([net.Graph.Graph.Initializers["t1"].As<float>().ToArray().Max(Math.Abs) / 127]);
        Agrees(OnnxWriter.Write(file).Message, net.Float32, network, net.Images.Pixels(0), "all in INT8");
        TensorRtLint.Check(WithScales(file, pair, 4)).ShouldHaveSingleItem()
            .ShouldContain("has 4 scales of its weights; one in all is expected");
    }

    private static ModelGraph WithScales(ModelGraph file, GraphNode pair, int count)
    {
        var constants = file.Initializers.ToDictionary(StringComparer.Ordinal);
        constants[pair.Inputs[1]] = TensorData.FromFloats([count], [.. Enumerable.Repeat(0.01f, count)]);
        constants[pair.Inputs[2]] = TensorData.FromInt8([count], new sbyte[count]);
        return file with { Initializers = constants };
    }

    // Poolings before a layer, one of them behind a join and a move; not the one that leads to the output, nor one before a sum in float.
    [Fact]
    public void Export_AveragePools_ArePairedWhereAPairFollows()
    {
        var builder = new GraphBuilder(13, -1, 3, 8, 8)
            .Floats("w", [2, 3, 3, 3], Nets.Values(54, 1)).Floats("v", [3, 4, 1, 1], Nets.Values(12, 2)).Floats("b", [3], 0.5f, -1, 2)
            .Node("Conv", "x w", "c", Nets.Same).Node("Relu", "c", "r")
            .Node("AveragePool", "r", "p", Ints("kernel_shape", [2, 2]), Ints("strides", [2, 2]))
            .Node("MaxPool", "r", "m", Ints("kernel_shape", [2, 2]), Ints("strides", [2, 2]))
            .Node("Concat", "p m", "j", Int("axis", 1))
            .Node("Conv", "j v b", "d")
            .Node("AveragePool", "d", "q", Ints("kernel_shape", [2, 2]), Ints("strides", [2, 2]))
            .Node("Sigmoid", "q", "s").Node("Conv", "s u", "e").Floats("u", [3, 3, 1, 1], Nets.Values(9, 3))
            .Node("GlobalAveragePool", "e", "g").Node("Flatten", "g", "y");
        using var net = new Calibrated(Nets.Group(builder.Build()), Nets.Noise(8, 3, 8, 8, 4));
        var settings = Nets.AllInt8(net.Graph, "max");
        var network = TensorRtNetwork.Of(net.Resolver.Resolve(settings), settings, net.Statistics);

        network.Layout.Points.Keys.Order(StringComparer.Ordinal).ShouldBe(["j", "r", "s", "x"]);
        var file = TensorRtExporter.Export(network);
        TensorRtLint.Check(file).ShouldBeEmpty();
        file.Nodes.Single(node => node.Name == "p").Inputs[0].ShouldNotBe("r");
        file.Nodes.Single(node => node.Name == "q").Inputs[0].ShouldBe("d");
        file.Nodes.Single(node => node.Name == "g").Inputs[0].ShouldBe("e");
        Agrees(OnnxWriter.Write(file).Message, net.Float32, network, net.Images.Pixels(0), "all in INT8");
    }

    [Fact]
    public void Of_Cache_TakesItsRanges()
    {
        var (graph, statistics, network, settings) = Residual();
        var cache = new Dictionary<string, float>(StringComparer.Ordinal) { ["r1"] = 12.7f };

        var ranges = TensorRtNetwork.Of(network, settings, statistics, cache);

        var parameters = ranges.Parameters(ranges.Layout.Points["r1"]);
        parameters.Scale.ShouldBe(0.1f);
        (parameters.ZeroPoint, parameters.Minimum, parameters.Maximum).ShouldBe((0, -128, 127));
        ranges.Parameters(ranges.Layout.Points["r2"])
            .ShouldBe(TensorRtNetwork.Of(network, settings, statistics).Parameters(ranges.Layout.Points["r2"]));
        graph.Groups.Count.ShouldBe(settings.Count);
    }

    [Fact]
    public void Export_PlacementOfAnotherTarget_IsRefusedByEitherExporter()
    {
        var (_, statistics, network, settings) = Residual();
        var placed = TensorRtNetwork.Of(network, settings, statistics);
        foreach (var wrong in new[] { placed, placed.WithBiases(placed.CorrectedBiases) })
        {
            Should.Throw<ArgumentException>(() => QdqExporter.Export(wrong)).Message.ShouldStartWith(
                "A network in TensorRT's placement was given where one for ONNX Runtime's CPU is expected; TensorRtExporter writes it.");
        }

        Should.Throw<ArgumentException>(() => TensorRtExporter.Export(network)).Message.ShouldStartWith(
            "A network in another target's placement was given where TensorRT's is expected; TensorRtNetwork makes it.");
    }

    [Fact]
    public void Of_GroupsOfFewerBits_StayInFloat()
    {
        var (graph, statistics, _, _) = Residual();
        GroupDecision[] settings =
            [.. graph.Groups.Select(group => Decide.Integer("max", false, weightBits: group.Index == 1 ? 4 : 8))];
        var network = new PlanResolver(graph, statistics).Resolve(settings);

        var exported = TensorRtExporter.Export(TensorRtNetwork.Of(network, settings, statistics));

        TensorRtLint.Check(exported).ShouldBeEmpty();
        exported.Nodes.Single(node => node.Name == "c2").Inputs.ShouldBe(["r1", "w2", "b2"]);
        exported.Nodes.Single(node => node.Name == "c3").Inputs.ShouldBe(["r2_dequantized", "c3_weight_dequantized"]);
    }

    private static (GroupedGraph Graph, CalibrationStatistics Statistics, QuantizedNetwork Network, IReadOnlyList<GroupDecision> Settings)
        Residual()
    {
        using var net = Calibrated.Residual(8, 4);
        var settings = Nets.AllInt8(net.Graph, "max");
        return (net.Graph, net.Statistics, net.Resolver.Resolve(settings), settings);
    }

    // In ONNX Runtime unoptimized, in the loaded file and in the simulation: the same but for the order of float32 sums, which may move
    // a number across the middle between two codes.
    private static void Agrees(byte[] file, FloatNetwork float32, QuantizedNetwork network, float[] pixels, string plan)
    {
        float[] runtime = InRuntime.RunAsWritten(file, TensorData.FromFloats([4, 3, 8, 8], pixels));
        using var model = QuantizedModel.Load(ModelFile.Of(file), "file");
        foreach (float[] logits in new[] { float32.Run(pixels, [4, 3, 8, 8], network), model.Run(pixels, [4, 3, 8, 8]) })
        {
            Nets.Distance(logits, runtime).ShouldBeLessThan(0.02f, plan);
        }
    }
}
