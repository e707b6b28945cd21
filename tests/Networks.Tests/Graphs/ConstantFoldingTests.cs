using static Cluster.Tests.GraphBuilder;

namespace Cluster.Networks.Tests.Graphs;

/// <summary>What is computed beforehand, in ONNX Runtime, and what is refused before it is.</summary>
public sealed class ConstantFoldingTests
{
    [Fact]
    public void Normalize_TransposeAndExpandOfWeights_MoveAndRepeat() =>
        Folded(builder => builder.Floats("a", [1, 2, 2], 1, 2, 3, 4).Ints("e", 2, 1, 1)
            .Node("Transpose", "a", "t", Ints("perm", [0, 2, 1])).Node("Expand", "t e", "v")).As<float>().ToArray()
                .ShouldBe([1f, 3f, 2f, 4f, 1f, 3f, 2f, 4f]);

    [Fact]
    public void Normalize_LargeWeights_AreRearrangedWithoutTheirSteps()
    {
        float[] values = [.. Enumerable.Range(0, 300 * 300).Select(i => (float)i)];
        ModelGraph graph = GraphNormalizer.Normalize(new GraphBuilder(13, -1, 300).Floats("a", [300, 300], values).Floats("two", [1], 2)
            .Node("Transpose", "a", "t", Ints("perm", [1, 0])).Node("Div", "t two", "v").Node("MatMul", "x v", "y").Build());

        graph.Nodes.ShouldHaveSingleItem();
        TensorData weights = graph.Initializers.Values.Single(constant => constant.Count == values.Length);
        weights.As<float>()[(graph.Nodes[0].GetInt("transB", 0) != 0 ? 300 : 1)].ShouldBe(150);
    }

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

    // Shifted windows (Swin) add such a mask to their attention, and files of them say no batch but 1.
    [Fact]
    public void Normalize_MaskByModAndScatterNd_IsAConstantAndTheFunctionStays()
    {
        ModelGraph file = new GraphBuilder(13, 1, 2, 4, 4).Ints("size", 4, 4).Ints("pairs", 2, 2).Floats("hidden", [2], -100, -50)
            .Constant("zero", TensorData.FromInt64([], [0])).Constant("four", TensorData.FromInt64([], [4]))
            .Constant("one", TensorData.FromInt64([], [1])).Ints("width", 4)
            .Node("Range", "zero four one", "r").Node("Mod", "r width", "m").Node("Reshape", "m pairs", "places")
            .Node("ConstantOfShape", "size", "empty").Node("ScatterND", "empty places hidden", "mask")
            .Node("Add", "x mask", "masked").Node("Softmax", "masked", "y", Int("axis", -1)).Build();

        ModelGraph graph = GraphNormalizer.Normalize(file);

        graph.Nodes.Select(node => node.OpType).ShouldBe(["Add", "Softmax"]);
        graph.FixedBatch.ShouldBe(1);
        TensorData input = TensorData.FromFloats([1, 2, 4, 4], [.. Enumerable.Range(0, 32).Select(i => MathF.Sin(i))]);
        InRuntime.Run(graph, input).ShouldBe(InRuntime.Run(file, input));
    }

    [Fact]
    public void Normalize_RandomNumbers_AreNeverAConstant()
    {
        ModelGraph graph = new GraphBuilder(13, -1, 2).Floats("a", [2], 1, 2)
            .Node("RandomUniformLike", "a", "r").Node("Add", "x r", "y").Build();

        GraphNormalizer.Normalize(graph).Nodes.ShouldContain(node => node.OpType == "RandomUniformLike");
        GraphProblems.Of(graph).ShouldHaveSingleItem().ShouldContain("draws random numbers, so that no two runs agree");
    }

    // The quotient of the smallest integer is none: the processor ends a process that asks for it.
    [Fact]
    public void Normalize_IntegersDividedByMinusOne_AreLeft()
    {
        ModelGraph graph = GraphNormalizer.Normalize(new GraphBuilder(13, -1, 1).Ints("a", long.MinValue).Ints("b", -1)
            .Node("Div", "a b", "d").Node("Cast", "d", "v", Int("to", 1)).Node("Mul", "x v", "y").Build());

        graph.Nodes.Select(node => node.OpType).ShouldBe(["Div", "Cast", "Mul"]);
    }

    [Fact]
    public void Normalize_WhatOnnxRuntimeRefuses_IsRefusedInItsWords()
    {
        ModelGraph graph = new GraphBuilder(13, -1, 1).Ints("a", 1).Ints("b", 0)
            .Node("Div", "a b", "d").Node("Cast", "d", "v", Int("to", 1)).Node("Mul", "x v", "y").Build();

        string said = Should.Throw<KernelException>(() => GraphNormalizer.Normalize(graph)).Message;
        said.ShouldStartWith("ONNX Runtime cannot open the network: ");
        said.ShouldContain("division by zero");
        said.ShouldNotContain('\n');
    }

    [Fact]
    public void Normalize_IndexOutsideItsAxis_NamesTheNode()
    {
        ModelGraph graph = new GraphBuilder(13, -1, 2).Floats("a", [2], 1, 2).Ints("i", 5)
            .Node("Gather", "a i", "g").Node("Add", "x g", "y").Build();

        Should.Throw<KernelException>(() => GraphNormalizer.Normalize(graph))
            .Message.ShouldContain("Gather node. Name:'g' Status Message: indices element out of data bounds, idx=5");
    }

    [Fact]
    public void Normalize_HugeConstantOfShape_IsRefusedWithoutAllocating()
    {
        ModelGraph graph = new GraphBuilder(13, -1, 1).Ints("n", 1 << 19, 1 << 19, 1, 1)
            .Node("ConstantOfShape", "n", "g").Node("Add", "x g", "y").Build();

        Should.Throw<KernelException>(() => GraphNormalizer.Normalize(graph))
            .Message.ShouldContain("Node 'g' (ConstantOfShape) has an output of shape [524288,524288,1,1]");
    }

    [Theory]
    [InlineData(1 << 16, 1 << 10, "over 4 times as many and over 67108864")]
    [InlineData(1 << 12, 1 << 12, "computes its shapes in more than 16777216 elements")]
    public void Normalize_ManyConstants_AreRefusedBeforeMemoryIsTaken(int size, int count, string said)
    {
        var builder = new GraphBuilder(13, -1, size).Floats("v0", [1], 1).Ints("size", size).Node("Expand", "v0 size", "v1");
        for (int i = 1; i <= count; i++)
        {
            builder = builder.Node("Neg", $"v{i}", $"v{i + 1}");
        }

        ModelGraph graph = builder.Node("Add", $"x v{count + 1}", "y").Build();

        // Of this thread: other tests run beside.
        long before = GC.GetAllocatedBytesForCurrentThread();
        Should.Throw<KernelException>(() => GraphNormalizer.Normalize(graph)).Message.ShouldContain(said);
        (GC.GetAllocatedBytesForCurrentThread() - before)
            .ShouldBeLessThan(3L * size * count, "three quarters of what the constants would take");
    }

    // The builder's nodes compute 'v' from constants; the graph multiplies its input by it, so that it must be an initializer then.
    private static TensorData Folded(Func<GraphBuilder, GraphBuilder> nodes)
    {
        ModelGraph graph = GraphNormalizer.Normalize(nodes(new GraphBuilder(13, -1, 1, 1, 1)).Node("Mul", "x v", "y").Build());

        GraphNode node = graph.Nodes.ShouldHaveSingleItem();
        return graph.Initializers[node.Inputs[1]];
    }
}
