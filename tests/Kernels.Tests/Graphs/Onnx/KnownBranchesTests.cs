using Cluster.Kernels.Graphs.Inference;
using Cluster.Kernels.Graphs.Onnx.Schema;
using Cluster.Kernels.Graphs.Passes;
using Cluster.Kernels.Tests.Graphs.Rewrites;
using Google.Protobuf;

namespace Cluster.Kernels.Tests.Graphs.Onnx;

public sealed class KnownBranchesTests
{
    // then: Relu, Neg; else: a constant added to the outer value; both call their values as the graph calls others.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_IfOfAConstant_IsTheBranchThatItTakes(bool condition)
    {
        byte[] file = File(condition);
        float[] input = [-1.5f, 0.25f, 2];
        float[] expected = condition ? [0, -0.25f, -2] : [9.5f, 11.25f, 13];

        var graph = OnnxReader.Read(file, "if.onnx");

        graph.Nodes.ShouldNotContain(node => node.OpType == "If");
        InRuntime.RunAsWritten(file, TensorData.FromFloats([1, 3], input)).ShouldBe(expected);
        Rewritten.Run(graph, 1, input).ShouldBe(expected);
        Rewritten.Run(GraphNormalizer.Normalize(graph), 1, input).ShouldBe(expected);
    }

    [Fact]
    public void Read_IfWithinTheBranch_IsTakenToo()
    {
        var inner = Branch("o", Node("If", ["c"], ["o"], Branch("p", Node("Relu", ["q"], ["p"])), Branch("p", Node("Neg", ["q"], ["p"]))));
        inner.Node.Insert(0, Node("Abs", ["r"], ["q"]));
        var model = Model(true, inner, Branch("o", Node("Neg", ["r"], ["o"])));

        var graph = OnnxReader.Read(model.ToByteArray(), "if.onnx");

        graph.Nodes.Select(node => node.OpType).ShouldBe(["Identity", "Abs", "Relu"]);
        Rewritten.Run(graph, 1, [-1, 2, 3]).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public void Read_IfOfData_StaysWithWhatItsBranchesRead()
    {
        var model = Model(true, Branch("o", Node("Relu", ["r"], ["o"])), Branch("o", Node("Neg", ["r"], ["o"])));
        model.Graph.Initializer.Clear();
        model.Graph.Input.Add(new ValueInfoProto
        {
            Name = "c",
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = 9, Shape = new TensorShapeProto() } },
        });

        var node = ElementTypes.Stated(OnnxReader.Read(model.ToByteArray(), "if.onnx")).Nodes.Single(node => node.OpType == "If");

        node.Inputs.ShouldBe(["c", "r"]);
        node.Captured.ShouldBe(["r"]);
        node.OutputTypes.ShouldBe([ElementType.Float]);
    }

    [Fact]
    public void Read_BranchesWithinEachOtherWithoutEnd_AreRefused()
    {
        var branch = Branch("o", Node("Relu", ["r"], ["o"]));
        for (int i = 0; i < 40; i++)
        {
            branch = Branch("o", Node("If", ["c"], ["o"], branch, Branch("o", Node("Relu", ["r"], ["o"]))));
        }

        var model = Model(true, branch, branch.Clone());

        Should.Throw<KernelException>(() => OnnxReader.Read(model.ToByteArray(), "if.onnx")).Message
            .ShouldBe("The model has more than 32 branches within each other; expected fewer.");
    }

    private static byte[] File(bool condition)
    {
        var added = Branch("o", Node("Add", ["r", "k"], ["s"]), Node("Add", ["s", "t"], ["o"]), Node("Relu", ["r"], ["t"]));
        added.Node.Insert(0, added.Node[2].Clone());
        added.Node.RemoveAt(3);
        added.Initializer.Add(new TensorProto { Name = "k", DataType = 1, Dims = { 3 }, FloatData = { 11, 10.75f, 9 } });
        return Model(condition, Branch("o", Node("Relu", ["r"], ["s"]), Node("Neg", ["s"], ["o"])), added).ToByteArray();
    }

    // x (N, 3) -> Identity r -> If(c) -> y
    private static ModelProto Model(bool condition, GraphProto then, GraphProto otherwise)
    {
        var model = ModelProto.Parser.ParseFrom(OnnxWriter.Write(new GraphBuilder(13, -1, 3)
            .Constant("c", new TensorData(ElementType.Bool, [], [(byte)(condition ? 1 : 0)]))
            .Node("Identity", "x", "r").Node("Identity", "r", "y").Build(-1, 3)));
        model.Graph.Initializer.Clear();
        model.Graph.Initializer.Add(
            new TensorProto { Name = "c", DataType = 9, RawData = ByteString.CopyFrom((byte)(condition ? 1 : 0)) });
        model.Graph.Node[1] = Node("If", ["c"], ["y"], then, otherwise);
        return model;
    }

    private static NodeProto Node(string type, string[] inputs, string[] outputs, params GraphProto[] branches)
    {
        var node = new NodeProto { Name = outputs[0], OpType = type };
        node.Input.AddRange(inputs);
        node.Output.AddRange(outputs);
        foreach (var (i, branch) in branches.Index())
        {
            node.Attribute.Add(new AttributeProto { Name = i == 0 ? "then_branch" : "else_branch", Type = 5, G = branch.ToByteString() });
        }

        return node;
    }

    private static GraphProto Branch(string output, params NodeProto[] nodes)
    {
        var graph = new GraphProto { Name = "branch" };
        graph.Node.AddRange(nodes);
        graph.Output.Add(new ValueInfoProto
        {
            Name = output,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = 1 } },
        });
        return graph;
    }
}
