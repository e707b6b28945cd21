using static Cluster.Tests.GraphBuilder;

namespace Cluster.Networks.Tests.Graphs.Rewrites;

/// <summary>Blocks with parallel branches, as RepVGG trains them, as one convolution.</summary>
public sealed class ReparameterizationTests
{
    // The 3x3's centre is 1, the 1x1 is 0.5; BatchNormalization with gamma 2, var + eps 0.25, mean 0.25, beta 0.5 is 4 x - 0.5.
    [Fact]
    public void Normalize_ThreeBranches_AddUpInTheCentre()
    {
        var graph = GraphNormalizer.Normalize(new GraphBuilder(13, -1, 1, 4, 4)
            .Floats("w3", [1, 1, 3, 3], 0, .1f, 0, 0, 1, 0, 0, 0, .2f).Floats("b3", [1], .25f)
            .Floats("w1", [1, 1, 1, 1], .5f).Floats("b1", [1], .125f)
            .Floats("gamma", [1], 2f).Floats("beta", [1], .5f).Floats("mean", [1], .25f).Floats("var", [1], .25f)
            .Node("Conv", "x w3 b3", "c3", Ints("pads", [1, 1, 1, 1]))
            .Node("Conv", "x w1 b1", "c1")
            .Node("BatchNormalization", "x gamma beta mean var", "n", Float("epsilon", 0f))
            .Node("Add", "c3 c1", "s")
            .Node("Add", "s n", "y")
            .Build());

        var conv = graph.Nodes.ShouldHaveSingleItem();
        (conv.OpType, conv.Output).ShouldBe(("Conv", "y"));
        graph.Initializers[conv.Inputs[1]].As<float>().ToArray().ShouldBe([0, .1f, 0, 0, 5.5f, 0, 0, 0, .2f]);
        graph.Initializers[conv.Inputs[2]].As<float>().ToArray().ShouldBe([-.125f]);
        graph.Initializers.Count.ShouldBe(2);
    }

    // As PyTorch exports it before training ends: a normalization behind each convolution, two blocks.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(6)]
    public void Normalize_BlocksOfRepVgg_AreAConvolutionEach(int groups)
    {
        var builder = new GraphBuilder(13, -1, 6, 7, 5);
        foreach (var (source, to, seed) in new[] { ("x", "r", 1), ("r", "y", 20) })
        {
            string[] branches = ["3", "1", "0"];
            foreach (string branch in branches)
            {
                string name = $"{to}{branch}";
                builder = builder.Floats($"{name}g", [6], .2f, .1f, -.3f, .2f, .1f, .3f).Constant($"{name}b", Nets.Random([6], seed + 1))
                    .Constant($"{name}m", Nets.Random([6], seed + 2)).Floats($"{name}v", [6], .5f, 1, 2, .25f, 1, 3);
            }

            builder = builder
                .Constant($"{to}w3", Nets.Random([6, 6 / groups, 3, 3], seed + 3))
                .Constant($"{to}w1", Nets.Random([6, 6 / groups, 1, 1], seed + 4))
                .Node("Conv", $"{source} {to}w3", $"{to}c3", Window(3, groups, 1))
                .Node("BatchNormalization", $"{to}c3 {to}3g {to}3b {to}3m {to}3v", $"{to}n3")
                .Node("Conv", $"{source} {to}w1", $"{to}c1", Window(1, groups, 1))
                .Node("BatchNormalization", $"{to}c1 {to}1g {to}1b {to}1m {to}1v", $"{to}n1")
                .Node("BatchNormalization", $"{source} {to}0g {to}0b {to}0m {to}0v", $"{to}n0")
                .Node("Add", $"{to}n3 {to}n1", $"{to}s")
                .Node("Add", $"{to}n0 {to}s", $"{to}t")
                .Node("Relu", $"{to}t", to);
        }

        ShouldKeepTheFunction(builder.Build(), [2, 6, 7, 5], ["Conv", "Relu", "Conv", "Relu"]);
    }

    [Theory]
    [InlineData(1, 1, 3, 1)]
    [InlineData(2, 1, 3, 1)]
    [InlineData(4, 1, 5, 3)]
    [InlineData(1, 2, 3, 1)]
    [InlineData(2, 2, 5, 3)]
    public void Normalize_TwoConvolutions_AreOne(int groups, int stride, int large, int small)
    {
        var graph = new GraphBuilder(13, -1, 4, 7, 6)
            .Constant("w3", Nets.Random([8, 4 / groups, large, large], 1)).Constant("b3", Nets.Random([8], 2))
            .Constant("w1", Nets.Random([8, 4 / groups, small, small], 3))
            .Node("Conv", "x w1", "c1", Window(small, groups, stride))
            .Node("Conv", "x w3 b3", "c3", Window(large, groups, stride))
            .Node("Add", "c1 c3", "s")
            .Node("Relu", "s", "y")
            .Build();

        ShouldKeepTheFunction(graph, [2, 4, 7, 6], ["Conv", "Relu"]);
    }

    [Theory]
    [InlineData("other source")]
    [InlineData("read twice")]
    [InlineData("other pads")]
    [InlineData("dilation")]
    [InlineData("itself")]
    public void Normalize_BranchesThatDoNotFit_StayASum(string why)
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
            "dilation" => builder.Node("Conv", "x w", "c", Ints("pads", [2, 2, 2, 2]), Ints("dilations", [2, 2]))
                .Node("Conv", "x v", "d").Node("Add", "c d", "y"),
            _ => builder.Node("Conv", "r w", "c", Window(3, 1, 1)).Node("Add", "c r", "y"),
        };

        GraphNormalizer.Normalize(builder.Build()).Nodes.ShouldContain(node => node.OpType == "Add");
    }

    private static (string Name, AttributeValue Value)[] Window(int kernel, int groups, int stride) =>
        [Ints("pads", [kernel / 2, kernel / 2, kernel / 2, kernel / 2]), Int("group", groups), Ints("strides", [stride, stride])];

    private static void ShouldKeepTheFunction(ModelGraph graph, long[] shape, string[] operators)
    {
        var merged = GraphNormalizer.Normalize(graph);

        merged.Nodes.Select(node => node.OpType).ShouldBe(operators);
        InRuntime.ShouldAgree(graph, merged, Nets.Random(shape, 99));
    }
}
