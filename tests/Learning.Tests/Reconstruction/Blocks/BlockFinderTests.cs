namespace Cluster.Learning.Tests.Reconstruction.Blocks;

public sealed class BlockFinderTests
{
    [Fact]
    public void Find_ResidualNet_HasTheResidualInsideItsBlock()
    {
        var blocks = BlockFinder.Find(Nets.Group(Nets.Residual()), byLayer: false, 12);

        blocks.Select(block => string.Join(' ', block.Nodes.Select(node => node.Name))).ShouldBe(["c1 r1", "c2 a r2", "c3 r3", "g f y"]);
    }

    [Fact]
    public void Find_ByLayer_HasOneWeightAUnitAndEveryNodeOnce()
    {
        var graph = Nets.Group(Nets.Residual());

        var blocks = BlockFinder.Find(graph, byLayer: true, 12);

        blocks.SelectMany(block => block.Nodes).Select(node => node.Name)
            .ShouldBe(["c1", "r1", "c2", "a", "r2", "c3", "r3", "g", "f", "y"]);
        blocks.ShouldAllBe(block => block.Weighted.Count <= 1);
    }

    [Fact]
    public void Find_TooManyLayersForABlock_TakesThemOneByOne()
    {
        // Dense connections: from x on, something of every layer is alive until the last.
        var builder = new GraphBuilder(13, -1, 4, 4, 4).Floats("v", [2, 4], Nets.Values(8, 9));
        string[] made = ["x"];
        for (int i = 0; i < 3; i++)
        {
            int channels = 4 * (1 << i);
            builder.Floats($"w{i}", [channels, channels, 1, 1], Nets.Values(channels * channels, i))
                .Node("Conv", $"{made[^1]} w{i}", $"c{i}")
                .Node("Relu", $"c{i}", $"r{i}")
                .Node("Concat", $"{made[^1]} r{i}", $"k{i}", GraphBuilder.Int("axis", 1));
            made = [.. made, $"k{i}"];
        }

        var graph = Nets.Group(builder.Node("Add", "k2 k2", "z").Build());

        // Each dense layer ends in one tensor, its concatenation, so it is a block of its own.
        BlockFinder.Find(graph, byLayer: false, 12).Select(block => block.Weighted.Count).ShouldBe([1, 1, 1]);
    }

    [Fact]
    public void Find_LongBranches_AreOneBlockOrItsLayers()
    {
        var graph = Nets.Group(new GraphBuilder(13, -1, 2, 4, 4)
            .Floats("w", [2, 2, 1, 1], 1, 2, 3, 4)
            .Node("Conv", "x w", "a1").Node("Relu", "a1", "a2").Node("Conv", "a2 w", "a3")
            .Node("Conv", "x w", "b1").Node("Add", "a3 b1", "s").Node("Relu", "s", "y")
            .Build());

        BlockFinder.Find(graph, byLayer: false, 3).Select(block => block.Name).ShouldBe(["a1+a3+b1"]);
        var layers = BlockFinder.Find(graph, byLayer: false, 2);
        layers.Where(block => block.Weighted.Count > 0).Select(block => block.Name).ShouldBe(["a1", "a3", "b1"], ignoreOrder: true);
        layers.SelectMany(block => block.Nodes).Count().ShouldBe(6);
    }

    [Fact]
    public void Words_LayerBeforeAnExecutedNode_SaysThatItLearnsNothing()
    {
        // The shortcut keeps Hardmax in the block of the first layer.
        var graph = Nets.Group(new GraphBuilder(13, -1, 2, 4, 4)
            .Floats("w", [2, 2, 1, 1], 1, 2, 3, 4)
            .Node("Conv", "x w", "a").Node("Hardmax", "a", "h", GraphBuilder.Int("axis", 1)).Node("Add", "x h", "s")
            .Node("Conv", "s w", "y").Build());

        UnlearnedLayers.Words(graph, ReconstructionMethod.Brecq)
            .ShouldBe("'a' keeps nearest rounding: no gradient passes 'h' (Hardmax), which ONNX Runtime executes");
        UnlearnedLayers.Words(Nets.Group(Nets.Residual()), ReconstructionMethod.Brecq).ShouldBeNull();
    }

    [Theory]
    [InlineData(Nets.ResNet20, 11, 20)]
    [InlineData(Nets.ResNet8, 5, 10)]
    [InlineData(Nets.MobileNet, 28, 28)]
    [InlineData("imagenet/squeezenet1_0_deepcompressed", 18, 26)]
    public void Find_RealNetworks_HaveTheirBlocksAndLayers(string model, int weighted, int layers)
    {
        var graph = Nets.Shared(model);

        var blocks = BlockFinder.Find(graph, byLayer: false, 12);

        blocks.Count(block => block.Weighted.Count > 0).ShouldBe(weighted);
        blocks.Sum(block => block.Weighted.Count).ShouldBe(layers);
        blocks.SelectMany(block => block.Nodes).Select(node => node.Name)
            .ShouldBe(graph.Groups.SelectMany(group => group.Nodes).Select(node => node.Name));
    }
}
