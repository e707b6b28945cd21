using static Cluster.Tests.GraphBuilder;

namespace Cluster.Networks.Tests.Graphs;

public sealed class FoldingTests
{
    // methods: gamma 2, beta .5, mean .3, var + eps .25, w 1.5, b .1 give w' = 6 and b' = -.3.
    [Fact]
    public void Normalize_BatchNormalizationAfterConv_GivesTheFoldedWeightAndBias()
    {
        ModelGraph graph = GraphNormalizer.Normalize(new GraphBuilder(13, -1, 1, 2, 2)
            .Floats("w", [1, 1, 1, 1], 1.5f).Floats("b", [1], .1f)
            .Floats("gamma", [1], 2f).Floats("beta", [1], .5f).Floats("mean", [1], .3f).Floats("var", [1], .25f)
            .Node("Conv", "x w b", "c")
            .Node("BatchNormalization", "c gamma beta mean var", "y", Float("epsilon", 0f))
            .Build());

        GraphNode conv = graph.Nodes.ShouldHaveSingleItem();
        conv.OpType.ShouldBe("Conv");
        conv.Output.ShouldBe("y");
        graph.Initializers[conv.Inputs[1]].As<float>()[0].ShouldBe(6f, 1e-6f);
        graph.Initializers[conv.Inputs[2]].As<float>()[0].ShouldBe(-.3f, 1e-6f);
        graph.Initializers.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    [InlineData(4, 2)]
    public void Normalize_BatchNormalizationAfterConvTranspose_KeepsTheFunction(int groups, int stride)
    {
        int perGroup = 3;
        var builder = new GraphBuilder(13, -1, 4, 3, 2)
            .Constant("w", Nets.Random([4, perGroup, 2, 3], 1));
        AddBatchNormalization(builder, perGroup * groups);
        ModelGraph graph = builder
            .Node("ConvTranspose", "x w", "c", Int("group", groups), Ints("strides", [stride, stride]), Ints("pads", [0, 1, 1, 0]))
            .Node("BatchNormalization", "c gamma beta mean var", "y")
            .Build();

        ShouldKeepTheFunction(graph, [2, 4, 3, 2], ["ConvTranspose"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Normalize_ConvBiasAddBatchNormalization_BecomesOneConv(int groups)
    {
        var builder = new GraphBuilder(13, -1, 4, 5, 4)
            .Constant("w", Nets.Random([8, 4 / groups, 3, 3], 2)).Constant("bias", Nets.Random([8, 1, 1], 3));
        AddBatchNormalization(builder, 8);
        ModelGraph graph = builder
            .Node("Conv", "x w", "c", Int("group", groups), Ints("dilations", [1, 1]), Ints("pads", [1, 0, 0, 2]))
            .Node("Add", "c bias", "a")
            .Node("BatchNormalization", "a gamma beta mean var", "n")
            .Node("Relu", "n", "y")
            .Build();

        ShouldKeepTheFunction(graph, [2, 4, 5, 4], ["Conv", "Relu"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Normalize_ScaledGemmWithBatchNormalization_BecomesOneGemm(int transposed)
    {
        var builder = new GraphBuilder(13, -1, 3, 1, 2)
            .Constant("w", Nets.Random(transposed != 0 ? [5, 6] : [6, 5], 4)).Constant("c", Nets.Random([1, 5], 5));
        AddBatchNormalization(builder, 5);
        ModelGraph graph = builder
            .Node("Flatten", "x", "f")
            .Node("Gemm", "f w c", "g", Int("transB", transposed), Float("alpha", .5f), Float("beta", 3f))
            .Node("BatchNormalization", "g gamma beta mean var", "y")
            .Build();

        ModelGraph normalised = ShouldKeepTheFunction(graph, [2, 3, 1, 2], ["Flatten", "Gemm"]);
        normalised.Nodes[1].GetFloat("alpha", 1).ShouldBe(1);
    }

    [Fact]
    public void Normalize_MatMulAndAdd_BecomesGemmWithBias()
    {
        ModelGraph graph = new GraphBuilder(13, -1, 3, 1, 2)
            .Constant("w", Nets.Random([6, 5], 6)).Constant("c", Nets.Random([5], 7))
            .Node("Flatten", "x", "f").Node("MatMul", "f w", "m").Node("Add", "m c", "y").Build();

        ShouldKeepTheFunction(graph, [2, 3, 1, 2], ["Flatten", "Gemm"]);
    }

    [Fact]
    public void Normalize_ConvWithTwoConsumers_WritesBatchNormalizationAsALayer()
    {
        var builder = new GraphBuilder(13, -1, 2, 3, 3).Constant("w", Nets.Random([2, 2, 1, 1], 8));
        AddBatchNormalization(builder, 2);
        ModelGraph graph = builder
            .Node("Conv", "x w", "c").Node("BatchNormalization", "c gamma beta mean var", "n").Node("Add", "n c", "y").Build();

        ShouldKeepTheFunction(graph, [2, 2, 3, 3], ["Conv", "Conv", "Add"]);
    }

    [Fact]
    public void Normalize_WeightSharedByTwoConvs_FoldsEachOnItsOwn()
    {
        var builder = new GraphBuilder(13, -1, 2, 3, 3).Constant("w", Nets.Random([2, 2, 1, 1], 9));
        AddBatchNormalization(builder, 2);
        ModelGraph graph = builder
            .Node("Conv", "x w", "c").Node("BatchNormalization", "c gamma beta mean var", "n")
            .Node("Conv", "n w", "d").Node("BatchNormalization", "d gamma beta mean var", "y").Build();

        ShouldKeepTheFunction(graph, [2, 2, 3, 3], ["Conv", "Conv"]);
    }

    [Fact]
    public void Normalize_AddThatBroadcastsAlongWidth_IsNotTakenForABias()
    {
        // Of shape (4): it aligns with the width, which happens to have as many elements as there are channels.
        ModelGraph graph = new GraphBuilder(13, -1, 2, 4, 4)
            .Constant("w", Nets.Random([4, 2, 1, 1], 10)).Constant("c", Nets.Random([4], 11))
            .Node("Conv", "x w", "m").Node("Add", "m c", "y").Build();

        ShouldKeepTheFunction(graph, [2, 2, 4, 4], ["Conv", "Add"]);
    }

    [Theory]
    [InlineData(new long[] { 0, 0, 1, 2, 0, 0, 0, 1 }, 0f, true)]
    [InlineData(new long[] { 0, 0, 1, 1, 0, 0, 1, 1 }, 1f, false)]
    [InlineData(new long[] { 0, 1, 0, 0, 0, 1, 0, 0 }, 0f, false)]
    [InlineData(new long[] { 0, 0, -1, 1, 0, 0, 0, 0 }, 0f, false)]
    public void Normalize_PadBeforeConv_IsFoldedOnlyWhereExact(long[] pads, float value, bool folded)
    {
        ModelGraph graph = new GraphBuilder(13, -1, 2, 5, 4)
            .Ints("pads", pads).Floats("value", [], value).Constant("w", Nets.Random([3, 2 + (int)pads[1] + (int)pads[5], 3, 3], 12))
            .Node("Pad", "x pads value", "p")
            .Node("Conv", "p w", "y", Ints("strides", [2, 1]), Ints("pads", [0, 1, 1, 0])).Build();

        ShouldKeepTheFunction(graph, [2, 2, 5, 4], folded ? ["Conv"] : ["Pad", "Conv"]);
    }

    [Theory]
    [InlineData(0, 0, 1, true)]
    [InlineData(0, 1, 1, true)]
    [InlineData(1, 0, 1, false)]
    [InlineData(0, 0, 3, false)]
    public void Normalize_PadBeforeAveragePool_IsFoldedOnlyWhereExact(int ownPad, int counts, int amount, bool folded)
    {
        ModelGraph graph = new GraphBuilder(13, -1, 2, 6, 5)
            .Ints("pads", 0, 0, amount, 1, 0, 0, 1, 0)
            .Node("Pad", "x pads", "p")
            .Node("AveragePool", "p", "y", Ints("kernel_shape", [3, 2]), Ints("pads", [ownPad, 0, 0, 0]), Int("count_include_pad", counts))
            .Build();

        ShouldKeepTheFunction(graph, [2, 2, 6, 5], folded ? ["AveragePool"] : ["Pad", "AveragePool"]);
    }

    [Fact]
    public void Normalize_PadBeforeMaxPool_StaysAPad()
    {
        ModelGraph graph = GraphNormalizer.Normalize(new GraphBuilder(13, -1, 2, 6, 5)
            .Ints("pads", 0, 0, 1, 1, 0, 0, 1, 1)
            .Node("Pad", "x pads", "p").Node("MaxPool", "p", "y", Ints("kernel_shape", [2, 2])).Build());

        graph.Nodes.Select(node => node.OpType).ShouldBe(["Pad", "MaxPool"]);
    }

    private static ModelGraph ShouldKeepTheFunction(ModelGraph graph, long[] shape, string[] operators)
    {
        ModelGraph normalised = GraphNormalizer.Normalize(graph);

        normalised.Nodes.Select(node => node.OpType).ShouldBe(operators);
        InRuntime.ShouldAgree(graph, normalised, Nets.Random(shape, 99));
        return normalised;
    }

    private static void AddBatchNormalization(GraphBuilder builder, int channels)
    {
        float[] variance = Array.ConvertAll(Nets.Random([channels], 23).As<float>().ToArray(), value => .1f + (value * value));
        builder.Constant("gamma", Nets.Random([channels], 20)).Constant("beta", Nets.Random([channels], 21))
            .Constant("mean", Nets.Random([channels], 22)).Floats("var", [channels], variance);
    }
}
