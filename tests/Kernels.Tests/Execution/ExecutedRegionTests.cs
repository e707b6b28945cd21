using Google.Protobuf;
using static Cluster.Tests.GraphBuilder;

namespace Cluster.Kernels.Tests.Execution;

/// <summary>
/// What the interpreter has no kernel for runs in ONNX Runtime as a part of the network: the result is that of the file in ONNX Runtime,
/// and layers before and behind are quantized as usual.
/// </summary>
public sealed class ExecutedRegionTests
{
    private static readonly long[] Shape = [2, 3, 6, 6];

    public static TheoryData<string> Names => [.. Parts.Keys];

    // Between two convolutions, from 'c' to 'd'.
    private static readonly Dictionary<string, Func<GraphBuilder, GraphBuilder>> Parts = new(StringComparer.Ordinal)
    {
        ["several outputs"] = net => net.Ints("k", 4).Nodes("TopK", "c k", ["largest", "index"], Int("axis", 2))
            .Node("Cast", "index", "number", Int("to", (long)ElementType.Float)).Node("Add", "largest number", "d"),
        ["a type without kernels"] = net => net.Node("Cast", "c", "wide", Int("to", (long)ElementType.Double))
            .Node("Mul", "wide wide", "square").Node("Cast", "square", "d", Int("to", (long)ElementType.Float)),
        ["indices"] = net => net.Node("Relu", "c", "r").Nodes("MaxPool", "r", ["m", "where"], Ints("kernel_shape", [2, 2]))
            .Node("Cast", "where", "number", Int("to", (long)ElementType.Float)).Node("Tanh", "number", "small")
            .Node("Add", "small m", "d"),
        ["windows with gaps"] = net => net.Node("LpPool", "c", "d", Ints("kernel_shape", [2, 2]), Ints("dilations", [2, 2])),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_BetweenConvolutions_EqualsOnnxRuntime(string name)
    {
        var graph = Net(name).Build();
        float[] input = Nets.Values(216, 5);
        var grouped = Nets.Group(graph);
        using var network = new FloatNetwork(grouped);

        grouped.HasExecuted.ShouldBeTrue();
        network.Run(
            input, Shape).ShouldBe(InRuntime.RunAsWritten(OnnxWriter.Write(graph).Message, TensorData.FromFloats(Shape, input)), 1e-4f);
        grouped.WeightedNodes.Count().ShouldBe(2);
    }

    // No tensor in between, which only the runtime holds.
    [Fact]
    public void Run_SequenceBehindAConvolution_EqualsOnnxRuntime()
    {
        var graph = new GraphBuilder(18, -1, 3, 6, 6).Floats("w", [4, 3, 3, 3], Nets.Values(108, 1)).Node("Conv", "x w", "c")
            .Constant("one", TensorData.FromInt64([], [1])).Node("SplitToSequence", "c", "parts", Int("axis", 1))
            .Node("SequenceAt", "parts one", "y").Build();
        float[] input = Nets.Values(216, 5);
        using var network = new FloatNetwork(Nets.Group(graph));

        network.Run(
            input, Shape).ShouldBe(InRuntime.RunAsWritten(OnnxWriter.Write(graph).Message, TensorData.FromFloats(Shape, input)), 1e-4f);
    }

    [Fact]
    public void StopsLearning_NodeBehindWeights_IsNamed()
    {
        Nets.Group(Net("windows with gaps").Build()).StopsLearning.ShouldNotBeNull().OpType.ShouldBe("LpPool");
        Nets.Group(new GraphBuilder(18, -1, 3, 6, 6).Floats("w", [4, 3, 3, 3], Nets.Values(108, 1))
            .Node("LpPool", "x", "p", Ints("kernel_shape", [2, 2])).Node("Conv", "p w", "y").Build()).StopsLearning.ShouldBeNull();
    }

    [Fact]
    public void Run_BodiesThatReadTheGraph_EqualsOnnxRuntime()
    {
        // The rewrite removes 'same', which the branch reads by that name.
        byte[] file = With(
            new GraphBuilder(18, -1, 3, 6, 6).Floats("w", [4, 3, 3, 3], Nets.Values(108, 1)).Floats("half", [], 0.5f)
                .Node("Conv", "x w", "c").Node("Identity", "c", "same").Node("ReduceMax", "x", "most", Int("keepdims", 0))
                .Node("Greater", "most half", "is").Node("Relu", "c", "d").Build(),
            graph => graph.Node[^1] = new NodeProto
            {
                Name = "choose",
                OpType = "If",
                Input = { "is" },
                Output = { "d" },
                Attribute =
                {
                    Branch("then_branch", new NodeProto { Name = "t", OpType = "Neg", Input = { "same" }, Output = { "o" } }),
                    Branch("else_branch", new NodeProto { Name = "e", OpType = "Relu", Input = { "same" }, Output = { "o" } }),
                },
            });
        var graph = GraphNormalizer.Normalize(OnnxReader.Read(ModelFile.Of(file), "if.onnx"));
        using var network = new FloatNetwork(GroupFinder.Find(graph));

        graph.Nodes.ShouldNotContain(node => node.OpType == "Identity");
        foreach (float scale in new[] { 1f, -0.01f })
        {
            float[] input = [.. Nets.Values(108, 5).Select(value => scale * Math.Abs(value))];
            var given = TensorData.FromFloats([1, 3, 6, 6], input);
            float[] expected = InRuntime.RunAsWritten(file, given);
            network.Run(input, [1, 3, 6, 6]).ShouldBe(expected, 1e-5f);
            InRuntime.RunAsWritten(OnnxWriter.Write(graph).Message, given).ShouldBe(expected, 1e-5f);
        }
    }

    [Fact]
    public void Run_FunctionsOfTheFile_AreInlinedWithTheirAttributes()
    {
        var model = ModelProto.Parser.ParseFrom(OnnxWriter.Write(
            new GraphBuilder(18, -1, 3, 6, 6).Floats("w", [4, 3, 3, 3], Nets.Values(108, 1))
                .Node("Conv", "x w", "c").Node("Relu", "c", "d").Node("Neg", "d", "y").Build()).Message);
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "own", Version = 1 });
        model.Functions.Add(new FunctionProto
        {
            Name = "Leak",
            Domain = "own",
            Input = { "v" },
            Output = { "r" },
            OpsetImport = { new OperatorSetIdProto { Version = 18 } },
            Node =
            {
                new NodeProto { OpType = "LeakyRelu", Input = { "v" }, Output = { "c" }, Attribute = { Reference("alpha", "slope") } },
                new NodeProto { OpType = "Exp", Input = { "c" }, Output = { "r" } },
            },
        });
        model.Functions[0].Attribute.Add("slope");
        model.Graph.Node[1] = new NodeProto
        {
            Name = "call",
            OpType = "Leak",
            Domain = "own",
            Input = { "c" },
            Output = { "d" },
            Attribute = { new AttributeProto { Name = "slope", F = 0.25f, Type = 1 } },
        };
        byte[] file = model.ToByteArray();
        var graph = GraphNormalizer.Normalize(OnnxReader.Read(ModelFile.Of(file), "function.onnx"));
        float[] input = Nets.Values(108, 5);
        using var network = new FloatNetwork(GroupFinder.Find(graph));

        graph.Nodes.Select(node => node.OpType).ShouldBe(["Conv", "LeakyRelu", "Exp", "Neg"]);
        network.Run(input, [1, 3, 6, 6]).ShouldBe(InRuntime.RunAsWritten(file, TensorData.FromFloats([1, 3, 6, 6], input)), 1e-4f);
    }

    [Fact]
    public void Run_OperatorOfAnotherDomain_EqualsOnnxRuntime()
    {
        var plain = new GraphBuilder(18, -1, 3, 6, 6).Floats("w", [4, 3, 3, 3], Nets.Values(108, 1))
            .Node("Conv", "x w", "c").Node("QuickGelu", "c", "d", Float("alpha", 1.5f)).Node("Neg", "d", "y").Build();
        var graph = plain with
        {
            Nodes = [.. plain.Nodes.Select(node => node.OpType == "QuickGelu" ? node with { Domain = "com.microsoft" } : node)],
        };
        float[] input = Nets.Values(108, 5);
        using var network = new FloatNetwork(Nets.Group(graph));

        network.Run(input, [1, 3, 6, 6]).ShouldBe(
            InRuntime.RunAsWritten(OnnxWriter.Write(graph).Message, TensorData.FromFloats([1, 3, 6, 6], input)), 1e-5f);
    }

    [Fact]
    public void Normalize_OperatorThatOnnxRuntimeLacks_IsRefusedInItsWords()
    {
        var graph = new GraphBuilder(18, -1, 3).Node("Frobnicate", "x", "y").Build();

        Should.Throw<KernelException>(() => GraphNormalizer.Normalize(graph)).Message
            .ShouldMatch("^ONNX Runtime cannot open the network: .*Frobnicate");
    }

    private static GraphBuilder Net(string name) => Parts[name](
            new GraphBuilder(18, -1, 3, 6, 6).Floats("w", [4, 3, 3, 3], Nets.Values(108, 1)).Node("Conv", "x w", "c"))
        .Floats("v", [2, 4, 1, 1], Nets.Values(8, 2)).Node("Conv", "d v", "y");

    private static byte[] With(ModelGraph graph, Action<GraphProto> change)
    {
        var model = ModelProto.Parser.ParseFrom(OnnxWriter.Write(graph).Message);
        change(model.Graph);
        return model.ToByteArray();
    }

    private static AttributeProto Branch(string name, NodeProto node) => new()
    {
        Name = name,
        Type = 5,
        G = new GraphProto { Name = name, Node = { node }, Output = { new ValueInfoProto { Name = node.Output[0] } } }.ToByteString(),
    };

    private static AttributeProto Reference(string name, string to) => new() { Name = name, RefAttrName = to, Type = 1 };
}
