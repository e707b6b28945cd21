using Cluster.Networks.Graphs.Passes.Forms;

namespace Cluster.Networks.Tests.Graphs.Rewrites;

public sealed class KnownBranchesTests
{
    // then: Relu, Neg; else: a constant added to the outer value; both call their values as the graph calls others.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Apply_ConstantIf_IsTakenBranch(bool condition)
    {
        byte[] file = File(condition);
        float[] input = [-1.5f, 0.25f, 2];
        float[] expected = condition ? [0, -0.25f, -2] : [9.5f, 11.25f, 13];

        var graph = Taken(OnnxReader.Read(ModelFile.Of(file), "if.onnx"));

        graph.Nodes.ShouldNotContain(node => node.OpType == "If");
        InRuntime.RunAsWritten(file, TensorData.FromFloats([1, 3], input)).ShouldBe(expected);
        Rewritten.Run(graph, 1, input).ShouldBe(expected);
        Rewritten.Run(GraphNormalizer.Normalize(graph), 1, input).ShouldBe(expected);
    }

    [Fact]
    public void Apply_IfWithinTheBranch_IsTakenToo()
    {
        var inner = Branch("o", Node("If", ["c"], ["o"], Branch("p", Node("Relu", ["q"], ["p"])), Branch("p", Node("Neg", ["q"], ["p"]))));
        inner.Node.Insert(0, Node("Abs", ["r"], ["q"]));
        var model = Model(true, inner, Branch("o", Node("Neg", ["r"], ["o"])));

        var graph = Taken(OnnxReader.Read(ModelFile.Of(model.ToByteArray()), "if.onnx"));

        graph.Nodes.Select(node => node.OpType).ShouldBe(["Identity", "Abs", "Relu"]);
        Rewritten.Run(graph, 1, [-1, 2, 3]).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public void Apply_DataDependentIf_StaysWithBranchInputs()
    {
        var model = Model(true, Branch("o", Node("Relu", ["r"], ["o"])), Branch("o", Node("Neg", ["r"], ["o"])));
        model.Graph.Initializer.Clear();
        model.Graph.Input.Add(new ValueInfoProto
        {
            Name = "c",
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = 9, Shape = new TensorShapeProto() } },
        });

        var node = Taken(OnnxReader.Read(ModelFile.Of(model.ToByteArray()), "if.onnx")).Nodes.Single(node => node.OpType == "If");

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

        Should.Throw<KernelException>(() => OnnxReader.Read(ModelFile.Of(model.ToByteArray()), "if.onnx")).Message
            .ShouldBe("The model has more than 32 branches within each other; expected fewer.");
    }

    // rank(x) == 2, as dynamo's exporter asks for scalars; samples == 5; columns == 3; columns > 2 where columns are free.
    [Theory]
    [InlineData("rank", false, "Relu")]
    [InlineData("samples", false, "If")]
    [InlineData("columns", false, "Relu")]
    [InlineData("columns", true, "Relu")]
    public void Apply_IfOfASize_IsTakenUnlessTheBatchDecides(string of, bool isFree, string expected)
    {
        var model = Model(true, Branch("o", Node("Relu", ["r"], ["o"])), Branch("o", Node("Neg", ["r"], ["o"])));
        model.Graph.Initializer.Clear();
        var constants = new Dictionary<string, TensorProto>
        {
            ["two"] = Integer("two", 2),
            ["three"] = Integer("three", 3),
            ["five"] = Integer("five", 5),
        };
        var (index, size) = of switch { "rank" => ("", "two"), "samples" => ("first", "five"), _ => ("second", "three") };
        model.Graph.Initializer.Add([constants[size], Integer("first", 0), Integer("second", 1)]);
        NodeProto[] chain =
        [
            Node("Shape", ["x"], ["s"]),
            index.Length == 0 ? Node("Size", ["s"], ["n"]) : Node("Gather", ["s", index], ["n"]),
            Node("Equal", ["n", size], ["c"]),
        ];
        foreach (var (i, node) in chain.Index())
        {
            model.Graph.Node.Insert(i, node);
        }

        var file = OnnxReader.Read(ModelFile.Of(model.ToByteArray()), "if.onnx");
        file = isFree ? file with { Inputs = [file.Inputs[0] with { FreeAxes = [1] }] } : file;
        var graph = Taken(file);

        graph.Nodes[^1].OpType.ShouldBe(expected);
        graph.Inputs[0].FreeAxes.ShouldBeEmpty();
        Rewritten.Run(graph, 1, [-1, 2, 3]).ShouldBe(expected == "Relu" ? [0, 2, 3] : [1, -2, -3]);
        GraphNormalizer.Normalize(file).Nodes[^1].OpType.ShouldBe(expected);
    }

    [Fact]
    public void Read_FunctionWithinABranch_IsInlinedThere()
    {
        var model = Model(true, Branch("o", Call("r", "o")), Branch("o", Node("Neg", ["r"], ["o"])));
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "own", Version = 1 });
        var function = new FunctionProto { Name = "Twice", Domain = "own" };
        function.Input.Add("a");
        function.Output.Add("b");
        function.Node.Add([Node("Abs", ["a"], ["r"]), Node("Add", ["r", "a"], ["b"])]);
        function.OpsetImport.Add(new OperatorSetIdProto { Version = 13 });
        model.Functions.Add(function);

        var graph = Taken(OnnxReader.Read(ModelFile.Of(model.ToByteArray()), "if.onnx"));

        graph.Nodes.Select(node => node.OpType).ShouldBe(["Identity", "Abs", "Add"]);
        Rewritten.Run(graph, 1, [-1, 2, 3]).ShouldBe([0, 4, 6]);

        NodeProto Call(string input, string output)
        {
            var call = Node("Twice", [input], [output]);
            call.Domain = "own";
            return call;
        }
    }

    private static ModelGraph Taken(ModelGraph graph) => KnownBranches.Apply(ElementTypes.Stated(graph));

    private static TensorProto Integer(string name, long value) => new() { Name = name, DataType = 7, Int64Data = { value } };

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
            .Constant("c", new TensorData(ElementType.Bool, [], new[] { (byte)(condition ? 1 : 0) }))
            .Node("Identity", "x", "r").Node("Identity", "r", "y").Build(-1, 3)).Message);
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
