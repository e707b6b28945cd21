using Google.Protobuf;

namespace Cluster.Kernels.Tests.Plans.Placement;

/// <summary>What stays in float because of what the calibration saw, and what no kernel computes in integers anyway.</summary>
public sealed class FloatNodesTests
{
    [Theory]
    [InlineData("Add")]
    [InlineData("Mul")]
    [InlineData("Concat")]
    public void Place_BeforeALastNodeOfSeveralInputs_RoundsNothing(string type)
    {
        var graph = Nets.Group(Two().Node("Exp", "a", "e").Node("Sigmoid", "b", "s").Node(type, "e s", "y", Axis(type)).Build());

        Points(graph).ShouldBeEmpty();
        graph.Groups.Where(group => !group.HasWeights).ShouldAllBe(group => !group.CanQuantize);
    }

    [Fact]
    public void Place_LayersBeforeALastConcat_WriteCodesOfTheirOwnScales()
    {
        var graph = Nets.Group(Two().Ints("flat", 0, -1)
            .Node("Reshape", "a flat", "f").Node("Reshape", "b flat", "g").Node("Concat", "f g", "y", Axis("Concat")).Build());

        Points(graph).ShouldBe(["a", "b", "x"]);
    }

    [Fact]
    public void Place_ASumThatIsAlsoAnOutput_HasNoPairBeforeItButThatOfAConvolution()
    {
        var model = Two().Floats("v", [1, 2, 1, 1], 1, 1).Node("Exp", "a", "e").Node("Add", "e b", "s")
            .Node("Conv", "s v", "c").Node("GlobalAveragePool", "c", "y").Build();
        var graph = Nets.Group(model with { Outputs = [.. model.Outputs, new ValueInfo("s", ElementType.Float, [])] });

        Points(graph).ShouldBe(["b", "c", "s", "x"]);
    }

    [Theory]
    [MemberData(nameof(SharedModels.All), MemberType = typeof(SharedModels))]
    public void Place_AnyPlanAndStatisticsOfARealModel_QuantizesOnlyWhatHasARange(string model) => RequireRanges(Nets.Shared(model));

    [Fact]
    public void Place_AnyPlanAndStatisticsOfJoins_QuantizesOnlyWhatHasARange()
    {
        RequireRanges(Nets.Group(Joined(0.5f, "j")));
        RequireRanges(Nets.Group(Two().Floats("u", [1, 6, 1, 1], 1, 1, 1, 1, 1, 1)
            .Node("Concat", "a b", "j", Axis("Concat")).Node("MaxPool", "j", "p", GraphBuilder.Ints("kernel_shape", [1, 1]))
            .Node("Concat", "p a", "k", Axis("Concat")).Node("Relu", "k", "r")
            .Node("Conv", "r u", "y").Build()));
    }

    [Fact]
    public void Resolve_ATensorWithoutStatistics_NamesItAndItsGroup()
    {
        var graph = Nets.Group(Two().Node("Add", "a b", "s").Node("Relu", "s", "y").Build());

        Should.Throw<KernelException>(() => new PlanResolver(graph, new CalibrationStatistics()).Resolve(Nets.AllInt8(graph))).Message
            .ShouldBe("The calibration holds no statistics of tensor 'x', which group 'a' quantizes; calibrate again with the model "
                + "that is being quantized.");
    }

    // Ranges that differ, and infinities, decide what stays in float, and so where pairs stand.
    private static void RequireRanges(GroupedGraph graph)
    {
        var random = new Random(1);
        for (int i = 0; i < 60; i++)
        {
            var statistics = new CalibrationStatistics();
            foreach (string tensor in CalibrationPass.ObservedTensors(graph))
            {
                float wide = random.Next(8) == 0 ? float.PositiveInfinity : MathF.Pow(2, random.Next(10));
                statistics.GetOrAdd(tensor).Add([-1, wide], 0, 1);
            }

            bool[] quantized = [.. graph.Groups.Select(_ => random.Next(4) > 0)];
            var layout = OnnxRuntimeCpuPlacement.Place(graph, quantized, FloatNodes.Of(graph, statistics));

            layout.Points.Values.Select(point => point.ScaleOf).Except(statistics.Names).ShouldBeEmpty();
        }
    }

    // 255 * 2 beside 255 * 2 * factor.
    [Theory]
    [InlineData(1f / 15, false)]
    [InlineData(1f / 17, true)]
    [InlineData(15f, false)]
    [InlineData(17f, true)]
    [InlineData(0f, false)]
    public void Resolve_JoinedPartsOfDifferentRanges_DoNotShareAScale(float factor, bool isFloat)
    {
        using var net = new Calibrated(Nets.Group(Joined(factor, "j")), Nets.Images([0, 1, 100, 255], 1, 1, 2, 1));
        var network = net.AllInt8("max");
        var layer = net.Graph.Graph.Nodes.Single(node => node.Name == "y");

        network.Layout.HasQuantizedWeights(layer).ShouldBe(!isFloat);
        network.Layout.Points.ContainsKey("j").ShouldBe(!isFloat);
        if (isFloat)
        {
            net.Resolver.KeptInFloat.ShouldHaveSingleItem().ShouldBe(
                "'y' stays in FP32, as it would read with one scale what 'j' joins, though the range of "
                + $"'{(factor > 1 ? "m" : "a")}' is 17 times that of '{(factor > 1 ? "a" : "m")}'");
        }
        else
        {
            net.Resolver.KeptInFloat.ShouldBeEmpty();
        }
    }

    [Theory]
    [InlineData("MaxPool")]
    [InlineData("AveragePool")]
    [InlineData("Relu")]
    [InlineData("Concat")]
    public void Resolve_PartsBehindAMoveAPoolOrASecondJoin_AreStillParts(string between)
    {
        var graph = between == "Concat"
            ? Joined(0.01f, "k", new GraphNode("k", "Concat", ["j", "a"], ["k"], Attributes(Axis("Concat"))))
            : Joined(0.01f, "k", new GraphNode(
                "k", between, ["j"], ["k"], between == "Relu" ? Attributes() : Attributes(GraphBuilder.Ints("kernel_shape", [1, 1]))));
        using var net = new Calibrated(Nets.Group(graph), Nets.Images([0, 1, 100, 255], 1, 1, 2, 1));

        var network = net.AllInt8("max");

        network.Layout.HasQuantizedWeights(net.Graph.Graph.Nodes.Single(node => node.Name == "y")).ShouldBeFalse();
        net.Resolver.KeptInFloat.ShouldHaveSingleItem();
        net.Check(network).Passed.ShouldBeTrue();
    }

    // Log of a Relu: minus infinity, moved by a pooling, and 0 again after the next Relu. The last layer leads to the output alone.
    [Fact]
    public void Resolve_TensorWithInfinity_IsNotQuantizedAndTheFileEqualsFloat32Closely()
    {
        var graph = Nets.Group(new GraphBuilder(13, -1, 1, 2, 2)
            .Floats("w", [1, 1, 1, 1], 1).Floats("v", [2, 1, 1, 1], 1, -1)
            .Node("Conv", "x w", "c").Node("Relu", "c", "r").Node("Log", "r", "l")
            .Node("MaxPool", "l", "p", GraphBuilder.Ints("kernel_shape", [1, 1])).Node("Relu", "p", "q").Node("Conv", "q v", "y").Build());
        float[] pixels = [0, 50, 150, 255, 101, 200, 90, 180];
        using var net = new Calibrated(graph, Nets.Images([.. pixels.Select(pixel => (byte)pixel)], 1, 2, 2, 2));

        net.Statistics.Infinite.ShouldBe(["l"]);
        var network = net.AllInt8("max");

        network.Layout.Points.Keys.Order().ShouldBe(["r", "x"]);
        float[] found = InRuntime.Run(QdqExporter.Export(network), TensorData.FromFloats([2, 1, 2, 2], pixels));
        float[] exact = [.. pixels.Chunk(4).SelectMany(image =>
            image.Select(Value).Concat(image.Select(pixel => -Value(pixel))))];
        found.ShouldBe(exact, 0.05);

        static float Value(float pixel) => MathF.Max(0, MathF.Log(pixel));
    }

    // The branch is decided by a batch's largest pixel.
    [Theory]
    [InlineData(0, 20, "else")]
    [InlineData(200, 255, "then")]
    [InlineData(20, 200, null)]
    public void Resolve_BehindABranchThatNoSampleTakes_StaysInFloatAndIsSaid(byte first, byte second, string? taken)
    {
        using var net = new Calibrated(
            Nets.Group(Branched()), Nets.Images([first, first, second, second, second, first, second, second], 1, 1, 2, 1));
        var network = net.AllInt8("max");

        network.Layout.HasQuantizedWeights(Layer("d")).ShouldBe(taken is null);
        network.Layout.HasQuantizedWeights(Layer("e")).ShouldBe(taken is null);
        net.Check(network).Passed.ShouldBeTrue();
        net.Resolver.KeptInFloat.ShouldBe(taken is null ? [] :
        [
            $"no calibration sample takes the {(taken == "then" ? "else" : "then")} branch of 'i' (If), so that what is behind it stays "
            + "in FP32 ('d', 'e'): give samples that take it",
        ]);

        GraphNode Layer(string name) => net.Graph.Graph.Nodes.Single(node => node.Name == name);
    }

    private static ModelGraph Branched()
    {
        var graph = new GraphBuilder(13, -1, 1, 1, 2).Floats("half", [], 100)
            .Floats("w", [2, 1, 1, 1], 2, 1).Floats("v", [2, 2, 1, 1], 1, 0.5f, -1, 2).Floats("u", [2, 2, 1, 1], 1, 2, 0.5f, -1)
            .Node("Conv", "x w", "c").Node("Relu", "c", "r").Node("Sigmoid", "r", "s")
            .Node("ReduceMax", "x", "most", GraphBuilder.Int("keepdims", 0)).Node("Greater", "most half", "is").Build();
        GraphNode choice = new("i", "If", ["is", "r", "s"], ["b"], Attributes(Branch("then_branch", "r"), Branch("else_branch", "s")));
        return graph with
        {
            Nodes =
            [
                .. graph.Nodes, choice, new("d", "Conv", ["b", "v"], ["d"], Attributes()),
                new("e", "Conv", ["d", "u"], ["e"], Attributes()), new("p", "GlobalAveragePool", ["e"], ["p"], Attributes()),
            ],
            Outputs = [new ValueInfo("p", ElementType.Float, [])],
        };
    }

    // ONNX Runtime would move the DQ of 'c' behind the move, and abort where the branch reads it.
    [Fact]
    public void Place_MovedCodesThatABranchReads_HaveAPairOfTheirOwn()
    {
        var graph = new GraphBuilder(13, -1, 1, 1, 2).Floats("half", [], 100)
            .Floats("w", [2, 1, 1, 1], 2, 1).Floats("v", [2, 2, 1, 1], 1, 0.5f, -1, 2)
            .Node("Conv", "x w", "c").Node("Transpose", "c", "t", GraphBuilder.Ints("perm", [0, 2, 3, 1]))
            .Node("Conv", "c v", "d").Node("GlobalAveragePool", "d", "p")
            .Node("ReduceMax", "x", "most", GraphBuilder.Int("keepdims", 0)).Node("Greater", "most half", "is").Build();
        GraphNode choice = new("i", "If", ["is", "t"], ["b"], Attributes(Branch("then_branch", "t"), Branch("else_branch", "t")));
        graph = graph with
        {
            Nodes = [.. graph.Nodes, choice],
            Outputs = [new ValueInfo("p", ElementType.Float, []), new ValueInfo("b", ElementType.Float, [])],
        };

        Points(Nets.Group(graph)).ShouldBe(["c", "d", "t", "x"]);
    }

    private static (string Name, AttributeValue Value) Branch(string name, string read) => (name, new AttributeValue
    {
        Body = BodyDecoder.Decode(new GraphProto
        {
            Name = name,
            Node = { new NodeProto { OpType = "Neg", Input = { read }, Output = { "o" } } },
            Output = { new ValueInfoProto { Name = "o" } },
        }.ToByteString()),
    });

    private static GraphBuilder Two() => new GraphBuilder(13, -1, 1, 2, 2)
        .Floats("w", [2, 1, 1, 1], 2, 1).Node("Conv", "x w", "a")
        .Node("Conv", "x w", "b", GraphBuilder.Ints("dilations", [2, 2])); // not merged with a

    private static ModelGraph Joined(float factor, string read, params GraphNode[] between)
    {
        int parts = between.Any(node => node.OpType == "Concat") ? 3 : 2;
        var graph = new GraphBuilder(13, -1, 1, 1, 2)
            .Floats("w", [1, 1, 1, 1], 2).Floats("f", [], factor).Floats("v", [1, parts, 1, 1], [.. Enumerable.Repeat(1f, parts)])
            .Node("Conv", "x w", "c").Node("Relu", "c", "a").Node("Mul", "a f", "m")
            .Node("Concat", "a m", "j", Axis("Concat")).Build();
        GraphNode last = new("y", "Conv", [read, "v"], ["y"], Attributes());
        GraphNode pool = new("p", "GlobalAveragePool", ["y"], ["p"], Attributes());
        return graph with { Nodes = [.. graph.Nodes, .. between, last, pool], Outputs = [new ValueInfo("p", ElementType.Float, [])] };
    }

    private static (string Name, AttributeValue Value)[] Axis(string type) => type == "Concat" ? [GraphBuilder.Int("axis", 1)] : [];

    private static Dictionary<string, AttributeValue> Attributes(params (string Name, AttributeValue Value)[] attributes) =>
        attributes.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal);

    private static string[] Points(GroupedGraph graph) =>
        [.. OnnxRuntimeCpuPlacement.Place(graph, [.. graph.Groups.Select(_ => true)]).Points.Keys.Order(StringComparer.Ordinal)];
}
