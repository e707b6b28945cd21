using Cluster.Kernels.Graphs.Passes;
using static Cluster.Kernels.Tests.Graphs.GraphBuilder;

namespace Cluster.Kernels.Tests.Graphs;

public sealed class ReparameterizationTests
{
    // The 3x3's centre is 1, the 1x1 is 0.5; BatchNormalization with gamma 2, var + eps 0.25, mean 0.25, beta 0.5 is 4 x - 0.5.
    [Fact]
    public void Apply_ThreeBranches_AddUpInTheCentre()
    {
        var graph = Merged(
            new GraphBuilder(13, -1, 1, 4, 4)
                .Floats("w3", [1, 1, 3, 3], 0, .1f, 0, 0, 1, 0, 0, 0, .2f).Floats("b3", [1], .25f)
                .Floats("w1", [1, 1, 1, 1], .5f).Floats("b1", [1], .125f)
                .Floats("gamma", [1], 2f).Floats("beta", [1], .5f).Floats("mean", [1], .25f).Floats("var", [1], .25f)
                .Node("Conv", "x w3 b3", "c3", Ints("pads", [1, 1, 1, 1]))
                .Node("Conv", "x w1 b1", "c1")
                .Node("BatchNormalization", "x gamma beta mean var", "n", Float("epsilon", 0f))
                .Node("Add", "c3 c1", "s")
                .Node("Add", "s n", "y")
                .Build(),
            blocks: 1);

        var conv = graph.Nodes.ShouldHaveSingleItem();
        (conv.OpType, conv.Output).ShouldBe(("Conv", "y"));
        graph.Initializers[conv.Inputs[1]].As<float>().ToArray().ShouldBe([0, .1f, 0, 0, 5.5f, 0, 0, 0, .2f]);
        graph.Initializers[conv.Inputs[2]].As<float>().ToArray().ShouldBe([-.125f]);
        graph.Initializers.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(1, 1, 3, 1)]
    [InlineData(2, 1, 3, 1)]
    [InlineData(4, 1, 5, 3)]
    [InlineData(1, 2, 3, 1)]
    [InlineData(2, 2, 5, 3)]
    public void Apply_TwoConvolutions_KeepTheFunction(int groups, int stride, int large, int small)
    {
        var graph = new GraphBuilder(13, -1, 4, 7, 6)
            .Constant("w3", Nets.Random([8, 4 / groups, large, large], 1)).Constant("b3", Nets.Random([8], 2))
            .Constant("w1", Nets.Random([8, 4 / groups, small, small], 3))
            .Node("Conv", "x w1", "c1", Window(small, groups, stride))
            .Node("Conv", "x w3 b3", "c3", Window(large, groups, stride))
            .Node("Add", "c1 c3", "s")
            .Node("Relu", "s", "y")
            .Build();

        ShouldKeepTheFunction(graph, [2, 4, 7, 6], ["Conv", "Relu"], blocks: 1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    public void Apply_ConvolutionAndItsInput_KeepTheFunction(int groups)
    {
        var graph = new GraphBuilder(13, -1, 6, 5, 4)
            .Constant("w", Nets.Random([6, 6 / groups, 3, 3], 4))
            .Constant("v", Nets.Random([6, 6 / groups, 3, 3], 5))
            .Node("Conv", "x w", "c", Window(3, groups, 1))
            .Node("Add", "x c", "s")
            .Node("Relu", "s", "r")
            .Node("Conv", "r v", "d", Window(3, groups, 1))
            .Node("Add", "d r", "y")
            .Build();

        ShouldKeepTheFunction(graph, [2, 6, 5, 4], ["Conv", "Relu", "Conv"], blocks: 2);
    }

    [Fact]
    public void Apply_UnevenPads_PlaceTheInputWhereTheKernelReadsIt()
    {
        var graph = new GraphBuilder(13, -1, 2, 5, 4)
            .Constant("w", Nets.Random([2, 2, 3, 2], 6))
            .Node("Conv", "x w", "c", Ints("pads", [0, 1, 2, 0]))
            .Node("Add", "c x", "y")
            .Build();

        ShouldKeepTheFunction(graph, [2, 2, 5, 4], ["Conv"], blocks: 1);
    }

    [Theory]
    [InlineData("other source")]
    [InlineData("read twice")]
    [InlineData("other pads")]
    [InlineData("dilation")]
    public void Apply_BranchesThatDoNotFit_StayASum(string why)
    {
        var builder = new GraphBuilder(13, -1, 2, 6, 6)
            .Constant("w", Nets.Random([2, 2, 3, 3], 7))
            .Constant("v", Nets.Random([2, 2, 1, 1], 8))
            .Constant("u", Nets.Random([2, 2, 3, 3], 9))
            .Node("Relu", "x", "r");
        builder = why switch
        {
            "other source" => builder.Node("Conv", "x w", "c", Window(3, 1, 1)).Node("Conv", "r v", "d").Node("Add", "c d", "y"),
            "read twice" => builder.Node("Conv", "x w", "c", Window(3, 1, 1)).Node("Conv", "x v", "d").Node("Add", "c d", "s")
                .Node("Mul", "s c", "t").Node("Mul", "t d", "y"),
            "other pads" => builder.Node("Conv", "x w", "c", Ints("pads", [2, 2, 0, 0])).Node("Conv", "x u", "d", Window(3, 1, 1))
                .Node("Add", "c d", "y"),
            _ => builder.Node("Conv", "x w", "c", Ints("pads", [2, 2, 2, 2]), Ints("dilations", [2, 2])).Node("Conv", "x v", "d")
                .Node("Add", "c d", "y"),
        };
        var graph = GraphNormalizer.Normalize(builder.Build());

        Reparameterization.Apply(graph, out int blocks).ShouldBeSameAs(graph);

        blocks.ShouldBe(0);
    }

    private static (string Name, AttributeValue Value)[] Window(int kernel, int groups, int stride) =>
        [Ints("pads", [kernel / 2, kernel / 2, kernel / 2, kernel / 2]), Int("group", groups), Ints("strides", [stride, stride])];

    private static ModelGraph Merged(ModelGraph graph, int blocks)
    {
        var merged = Reparameterization.Apply(GraphNormalizer.Normalize(graph), out int found);
        found.ShouldBe(blocks);
        return merged;
    }

    private static void ShouldKeepTheFunction(ModelGraph graph, long[] shape, string[] operators, int blocks)
    {
        var merged = Merged(graph, blocks);
        merged.Nodes.Select(node => node.OpType).ShouldBe(operators);
        InRuntime.ShouldAgree(graph, merged, Nets.Random(shape, 99));
    }
}
