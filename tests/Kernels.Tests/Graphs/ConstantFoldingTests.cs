using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Passes;
using static Cluster.Kernels.Tests.Graphs.GraphBuilder;

namespace Cluster.Kernels.Tests.Graphs;

public sealed class ConstantFoldingTests
{
    [Theory]
    [InlineData("Add", new long[] { 9, -5, 5, 7 })]
    [InlineData("Sub", new long[] { 5, -9, 13, 1 })]
    [InlineData("Mul", new long[] { 14, -14, -36, 12 })]
    [InlineData("Div", new long[] { 3, -3, -2, 1 })] // truncated towards zero
    [InlineData("Min", new long[] { 2, -7, -4, 3 })]
    [InlineData("Max", new long[] { 7, 2, 9, 4 })]
    [InlineData("Equal", new long[] { 0, 0, 0, 0 })]
    public void Normalize_IntegerArithmetic_GivesOnnxValues(string operation, long[] expected) =>
        Folded(builder => builder.Ints("a", 7, -7, 9, 4).Ints("b", 2, 2, -4, 3)
            .Node(operation, "a b", "r").Node("Cast", "r", "v", Int("to", 1))).As<float>().ToArray()
                .ShouldBe(expected.Select(value => (float)value));

    [Theory]
    [InlineData("Floor", new[] { 1f, -3f, 3f, -1f })]
    [InlineData("Ceil", new[] { 2f, -2f, 4f, -0f })]
    [InlineData("Neg", new[] { -1.5f, 2.5f, -3.7f, .2f })]
    [InlineData("Cast7", new[] { 1f, -2f, 3f, 0f })] // to int64 and back, truncated towards zero
    public void Normalize_FloatArithmetic_GivesOnnxValues(string operation, float[] expected) =>
        Folded(builder => builder.Floats("a", [4], 1.5f, -2.5f, 3.7f, -.2f)
            .Node(operation == "Cast7" ? "Cast" : operation, "a", "r", Int("to", 7)).Node("Cast", "r", "v", Int("to", 1)))
                .As<float>()
                .ToArray()
                .ShouldBe(expected);

    [Fact]
    public void Normalize_Where_ChoosesByElement() =>
        Folded(builder => builder.Constant("c", new TensorData(ElementType.Bool, [2, 1], [1, 0])).Floats("a", [2], 1, 2).Floats("b", [], 9)
            .Node("Where", "c a b", "v")).As<float>().ToArray().ShouldBe([1f, 2f, 9f, 9f]);

    [Fact]
    public void Normalize_GatherOnAnInnerAxis_PicksBlocks() =>
        Folded(builder => builder.Floats("a", [2, 3, 1], 0, 1, 2, 10, 11, 12).Ints("i", -1, 0)
            .Node("Gather", "a i", "v", Int("axis", 1))).As<float>().ToArray().ShouldBe([2f, 0f, 12f, 10f]);

    [Fact]
    public void Normalize_ConcatOnAnInnerAxis_Interleaves() =>
        Folded(builder => builder.Floats("a", [2, 1], 1, 2).Floats("b", [2, 2], 3, 4, 5, 6)
            .Node("Concat", "a b", "v", Int("axis", 1))).As<float>().ToArray().ShouldBe([1f, 3f, 4f, 2f, 5f, 6f]);

    [Fact]
    public void Normalize_SliceBackwards_Reverses() =>
        Folded(builder =>
            builder.Floats("a", [2, 3], 1, 2, 3, 4, 5, 6).Ints("s", -1, -1).Ints("e", long.MinValue, 0).Ints("x", 0, 1).Ints("t", -1, -1)
                .Node("Slice", "a s e x t", "v")).As<float>().ToArray().ShouldBe([6f, 5f, 3f, 2f]);

    [Fact]
    public void Normalize_TransposeAndExpand_MoveAndRepeat() =>
        Folded(builder => builder.Floats("a", [1, 2, 2], 1, 2, 3, 4).Ints("e", 2, 1, 1)
            .Node("Transpose", "a", "t", Ints("perm", [0, 2, 1])).Node("Expand", "t e", "v")).As<float>().ToArray()
                .ShouldBe([1f, 3f, 2f, 4f, 1f, 3f, 2f, 4f]);

    [Fact]
    public void Normalize_ConstantOfShape_Fills() =>
        Folded(builder => builder.Ints("n", 2, 2)
            .Node("ConstantOfShape", "n", "v", ("value", AttributeValue.Of(TensorData.FromFloats([1], [5f]))))).As<float>().ToArray()
                .ShouldBe([5f, 5f, 5f, 5f]);

    [Fact]
    public void Normalize_ChainOfTheTorchExport_TurnsPairsIntoOnnxPads()
    {
        // torch pads from the last axis back, as (begin, end) pairs; ONNX wants all begins and then all ends.
        TensorData pads = Folded(builder => builder.Ints("given", 1, 2, 3, 4, 5, 6).Ints("missing", 2).Ints("pairs", -1, 2)
            .Ints("last", -1).Ints("far", -long.MaxValue).Ints("zero", 0).Ints("flat", -1)
            .Node("ConstantOfShape", "missing", "zeros", ("value", AttributeValue.Of(TensorData.FromInt64([1], [0]))))
            .Node("Concat", "given zeros", "all", Int("axis", 0)).Node("Reshape", "all pairs", "r")
            .Node("Slice", "r last far zero last", "s").Node("Transpose", "s", "t", Ints("perm", [1, 0]))
            .Node("Reshape", "t flat", "f").Node("Cast", "f", "i", Int("to", 7)).Node("Cast", "i", "v", Int("to", 1)));

        pads.As<float>().ToArray().ShouldBe([0f, 5f, 3f, 1f, 0f, 6f, 4f, 2f]);
    }

    [Fact]
    public void Normalize_IndexOutsideItsAxis_NamesTheNode()
    {
        ModelGraph graph = new GraphBuilder(13, -1, 2).Floats("a", [2], 1, 2).Ints("i", 5)
            .Node("Gather", "a i", "g").Node("Add", "x g", "y").Build();

        Should.Throw<KernelException>(() => GraphNormalizer.Normalize(graph))
            .Message.ShouldBe("Node 'g' (Gather) picks the element 5 of an axis of 2.");
    }

    [Fact]
    public void Normalize_HugeConstantOfShape_IsRefusedWithoutAllocating()
    {
        ModelGraph graph = new GraphBuilder(13, -1, 1).Ints("n", 1 << 19, 1 << 19, 1, 1)
            .Node("ConstantOfShape", "n", "g").Node("Add", "x g", "y").Build();

        Should.Throw<KernelException>(() => GraphNormalizer.Normalize(graph))
            .Message.ShouldContain("Node 'g' (ConstantOfShape) has an output of shape [524288,524288,1,1]");
    }

    // The builder's nodes compute 'v' from constants; the graph multiplies its input by it, so that it must be an initializer then.
    private static TensorData Folded(Func<GraphBuilder, GraphBuilder> nodes)
    {
        ModelGraph graph = GraphNormalizer.Normalize(nodes(new GraphBuilder(13, -1, 1, 1, 1)).Node("Mul", "x v", "y").Build());

        GraphNode node = graph.Nodes.ShouldHaveSingleItem();
        return graph.Initializers[node.Inputs[1]];
    }
}
