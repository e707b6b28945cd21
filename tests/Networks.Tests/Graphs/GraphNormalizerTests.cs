using static Cluster.Tests.GraphBuilder;

namespace Cluster.Networks.Tests.Graphs;

public sealed class GraphNormalizerTests
{
    [Fact]
    public void Normalize_ReshapeToAMultipleOfTheBatch_LeavesThatDimensionFree()
    {
        ModelGraph graph = GraphNormalizer.Normalize(new GraphBuilder(13, -1, 6)
            .Ints("zero", 0).Ints("one", 1).Ints("two", 2).Ints("three", 3)
            .Node("Shape", "x", "s").Node("Slice", "s zero one", "n").Node("Mul", "n two", "m")
            .Node("Concat", "m three", "t", Int("axis", 0)).Node("Reshape", "x t", "y").Build());

        GraphNode reshape = graph.Nodes.ShouldHaveSingleItem();
        graph.Initializers[reshape.Inputs[1]].As<long>().ToArray().ShouldBe([-1, 3]);
    }

    [Theory]
    [InlineData(8, "x")]
    [InlineData(10, "x")]
    [InlineData(11, "x - -")]
    [InlineData(13, "x -")]
    public void Normalize_ClipWithoutBounds_IsRemoved(int opset, string inputs)
    {
        ModelGraph graph = GraphNormalizer.Normalize(
            new GraphBuilder(opset, -1, 2).Node("Clip", inputs, "c").Node("Relu", "c", "y").Build());

        graph.Nodes.ShouldHaveSingleItem().Inputs.ShouldBe(["x"]);
    }

    [Theory]
    [InlineData("SAME_UPPER", new long[] { 0, 1, 1, 1 })]
    [InlineData("SAME_LOWER", new long[] { 1, 1, 0, 1 })]
    [InlineData("VALID", new long[] { 0, 0, 0, 0 })]
    public void Normalize_AutoPad_BecomesExplicitPads(string mode, long[] pads)
    {
        // Height 6, kernel 3, stride 2: 3 positions need 7 rows, one more than there are; width 5 needs 7 columns.
        ModelGraph graph = GraphNormalizer.Normalize(new GraphBuilder(11, -1, 1, 6, 5)
            .Floats("w", [1, 1, 3, 3], new float[9])
            .Node("Conv", "x w", "y", Text("auto_pad", mode), Ints("strides", [2, 2])).Build());

        GraphNode conv = graph.Nodes.ShouldHaveSingleItem();
        conv.GetInts("pads").ShouldBe(pads);
        conv.GetInts("kernel_shape").ShouldBe([3, 3]);
        conv.GetInts("dilations").ShouldBe([1, 1]);
        conv.GetInt("group", 0).ShouldBe(1);
        conv.Attributes.ContainsKey("auto_pad").ShouldBeFalse();
        ShapeInference.Infer(graph, 1)["y"].ShouldBe(mode == "VALID" ? [1, 1, 2, 2] : [1, 1, 3, 3]);
    }

    [Fact]
    public void Normalize_AutoPadWithDilations_IsRefused()
    {
        ModelGraph graph = new GraphBuilder(13, -1, 1, 6, 5)
            .Node("MaxPool", "x", "y", Text("auto_pad", "SAME_UPPER"), Ints("kernel_shape", [2, 2]), Ints("dilations", [2, 2])).Build();

        Should.Throw<KernelException>(() => GraphNormalizer.Normalize(graph)).Message.ShouldContain("which runtimes compute differently");
    }

    [Fact]
    public void Normalize_OutputWithoutShape_GetsTheInferredOne()
    {
        ModelGraph graph = GraphNormalizer.Normalize(new GraphBuilder(13, -1, 2, 3).Node("Flatten", "x", "y").Build());

        graph.Outputs[0].ShapeKnown.ShouldBeTrue();
        graph.Outputs[0].Shape.ShouldBe([-1, 6]);
    }

    [Theory]
    [InlineData("Softmax")]
    [InlineData("LogSoftmax")]
    public void Normalize_SoftmaxOfOpset11OverChannels_NamesItsAxis(string type)
    {
        ModelGraph graph = GraphNormalizer.Normalize(new GraphBuilder(11, -1, 10, 1, 1).Node(type, "x", "y").Build());

        graph.Nodes[0].GetInt("axis", -9).ShouldBe(1);
    }

    [Theory]
    [InlineData("Softmax")]
    [InlineData("LogSoftmax")]
    [InlineData("Hardmax")]
    public void Normalize_SoftmaxOfOpset11OverSeveralAxes_JoinsThem(string type)
    {
        ModelGraph graph = new GraphBuilder(11, -1, 10, 2, 1).Node(type, "x", "y").Build();

        InRuntime.ShouldAgree(graph, GraphNormalizer.Normalize(graph), TensorData.FromFloats([3, 10, 2, 1], Nets.Values(60, 1)));
    }

    [Fact]
    public void Normalize_IdentityAtTheOutput_KeepsTheOutputsName()
    {
        ModelGraph graph = GraphNormalizer.Normalize(new GraphBuilder(13, -1, 4)
            .Node("Relu", "x", "r").Node("Cast", "r", "c", Int("to", 1)).Node("Identity", "c", "y").Build(-1, 4));

        GraphNode relu = graph.Nodes.ShouldHaveSingleItem();
        relu.OpType.ShouldBe("Relu");
        relu.Output.ShouldBe("y");
    }

    [Fact]
    public void Normalize_NodesThatNoOutputNeeds_AreRemoved()
    {
        ModelGraph graph = GraphNormalizer.Normalize(new GraphBuilder(13, -1, 4)
            .Floats("unused", [2], 1, 2).Node("Loop", "x", "never").Node("Relu", "x", "y").Build());

        graph.Nodes.ShouldHaveSingleItem().OpType.ShouldBe("Relu");
        graph.Initializers.ShouldBeEmpty();
    }

    [Fact]
    public void Normalize_FixedBatchThatIsTransposedAway_StaysFixed()
    {
        ModelGraph graph = GraphNormalizer.Normalize(new GraphBuilder(13, 1, 4).Node("Transpose", "x", "y").Build(4, 1));

        graph.FixedBatch.ShouldBeNull();
        graph.Inputs[0].Shape.ShouldBe([1, 4]);
    }

    [Fact]
    public void Normalize_FreeBatchReshapedToOne_BecomesTrulyFree()
    {
        ModelGraph graph = GraphNormalizer.Normalize(new GraphBuilder(13, -1, 2, 3)
            .Ints("t", 1, 6).Node("Reshape", "x t", "y").Build(1, 6));

        graph.FixedBatch.ShouldBe(1);
        ShapeInference.Infer(graph, 5)["y"].ShouldBe([5, 6]);
    }

    [Fact]
    public void Normalize_FreeImageSize_IsRefused()
    {
        ModelGraph graph = new GraphBuilder(13, -1, 3, -1, -1).Node("Relu", "x", "y").Build();

        Should.Throw<KernelException>(() => GraphNormalizer.Normalize(graph)).Message.ShouldContain("[?,3,?,?]");
    }
}
