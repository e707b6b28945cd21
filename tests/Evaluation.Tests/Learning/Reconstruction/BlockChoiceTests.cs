using Cluster.Evaluation.Learning.Reconstruction;
using Cluster.Learning.Reconstruction;

namespace Cluster.Evaluation.Tests.Learning.Reconstruction;

public sealed class BlockChoiceTests
{
    private static readonly BlockOutcome[] Blocks =
    [
        Block("a", 1, 0.9), Block("b", 1, 0.2), Block("c", 1, 1.5, kept: false), Block("d", 2, 0.8), Block("e", 1, 0.7),
        Block("a", 1, 0.3, phase: "activations"),
    ];

    [Fact]
    public void Choose_AllTogetherAreNoWorse_KeepsThemAfterOneEvaluation()
    {
        var (chosen, evaluations) = BlockChoice.Choose(Blocks, new BlockScore(90, 0.5), _ => new BlockScore(90, 0.5));

        chosen.Order().ShouldBe(["a", "b", "d", "e"]);
        evaluations.ShouldBe(1);
    }

    [Fact]
    public void Choose_AllTogetherAreWorse_TriesHalvesOfTheLargestGainsAndKeepsTheBest()
    {
        var asked = new List<string>();

        var (chosen, evaluations) = BlockChoice.Choose(Blocks, new BlockScore(90, 0.5), blocks =>
        {
            asked.Add(string.Concat(blocks.Order()));
            return blocks.Count switch { 4 => new BlockScore(85, 0.5), 2 => new BlockScore(89, 0.5), _ => new BlockScore(88, 0.1) };
        });

        // Gains: b to 0.2, a to 0.9 · 0.3 over its two phases, d to 0.4, e to 0.7.
        asked.ShouldBe(["abde", "ab", "b"]);
        chosen.Order().ShouldBe(["a", "b"]);
        evaluations.ShouldBe(3);
    }

    [Fact]
    public void Choose_HalfIsNoWorseThanWithout_AsksNoFurther()
    {
        var (chosen, evaluations) = BlockChoice.Choose(
            Blocks, new BlockScore(90, 0.5), blocks => new BlockScore(blocks.Count == 4 ? 89 : 91, 0.5));

        (chosen.Count, evaluations).ShouldBe((2, 2));
    }

    [Fact]
    public void Choose_ManyBlocks_EvaluatesFewFiles()
    {
        BlockOutcome[] many = [.. Enumerable.Range(0, 100).Select(i => Block($"{i}", 1, 0.5))];

        var (_, evaluations) = BlockChoice.Choose(many, new BlockScore(90, 0.5), _ => new BlockScore(0, 9));

        evaluations.ShouldBe(BlockChoice.MostEvaluations);
    }

    [Fact]
    public void Choose_NoBlockLoweredItsLoss_EvaluatesNothing()
    {
        var (chosen, evaluations) = BlockChoice.Choose(
            [Block("a", 1, 2, kept: false)], new BlockScore(90, 0.5), _ => throw new InvalidOperationException());

        (chosen.Count, evaluations).ShouldBe((0, 0));
    }

    [Fact]
    public void IsBetterThan_EqualCounts_PrefersTheSmallerDivergence()
    {
        new BlockScore(90, 0.1).IsBetterThan(new BlockScore(90, 0.2)).ShouldBeTrue();
        new BlockScore(89, 0.1).IsBetterThan(new BlockScore(90, 0.2)).ShouldBeFalse();
        new BlockScore(90, 0.1).IsBetterThan(new BlockScore(90, 0.1)).ShouldBeFalse();
    }

    private static BlockOutcome Block(string name, double before, double after, bool kept = true, string phase = "weights") =>
        new(name, phase, before, after, kept, 10, 0, 0.5);
}
