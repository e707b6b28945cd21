namespace Cluster.Learning.Tests.Reconstruction;

public sealed class LearnedBlocksTests
{
    private static readonly GroupedGraph Graph = Nets.Group(Nets.Residual());

    [Theory]
    [InlineData(ReconstructionMethod.AdaRound)]
    [InlineData(ReconstructionMethod.QDrop)]
    public void Only_EachBlockAlone_TogetherHaveEveryWeightOnce(ReconstructionMethod method)
    {
        var options = new ReconstructionOptions { Method = method };
        var learned = Everything();

        var parts = BlockFinder.Find(Graph, byLayer: method == ReconstructionMethod.AdaRound, ReconstructionOptions.MaximumLayers)
            .Where(block => block.Weighted.Count > 0)
            .Select(block => LearnedBlocks.Only(Graph, options, learned, new HashSet<string>(StringComparer.Ordinal) { block.Name }))
            .ToArray();

        parts.Length.ShouldBeGreaterThan(1);
        parts.SelectMany(part => part.Weights.Keys).Order(StringComparer.Ordinal)
            .ShouldBe(learned.Weights.Keys.Order(StringComparer.Ordinal));
        parts.SelectMany(part => part.Weights).ShouldAllBe(pair => pair.Value == learned.Weights[pair.Key]);

        // Roundings alone leave the calibrated ranges what they are.
        parts.Any(part => part.Activations.Count > 0).ShouldBe(method == ReconstructionMethod.QDrop);
    }

    [Fact]
    public void Only_NoBlock_IsNothing()
    {
        var nothing = LearnedBlocks.Only(
            Graph,
            new ReconstructionOptions { Method = ReconstructionMethod.QDrop },
            Everything(),
            new HashSet<string>(StringComparer.Ordinal));

        (nothing.Weights.Count, nothing.Activations.Count, nothing.Biases.Count).ShouldBe((0, 0, 0));
    }

    // A number for every weight and every tensor, whatever it is.
    private static LearnedParameters Everything()
    {
        var nodes = Graph.Groups.SelectMany(group => group.Nodes).ToArray();
        return new LearnedParameters
        {
            Weights = nodes.Where(node => Graph.Roles.Of(node) == NodeRole.Weighted)
                .ToDictionary(node => node.Name, _ => new LearnedWeights([1], [1]), StringComparer.Ordinal),
            Activations = nodes.ToDictionary(node => node.Output, _ => new QuantizationParameters(1, 0, 0, 255), StringComparer.Ordinal),
        };
    }
}
