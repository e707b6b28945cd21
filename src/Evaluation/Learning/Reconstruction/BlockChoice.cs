namespace Cluster.Evaluation.Learning.Reconstruction;

/// <summary>
/// Chooses which blocks to keep: all that lowered their loss, unless the file with them is worse than the one without. Then the half with
/// the larger gains is tried, and then half of that: few files for any number of blocks, and the best of them is kept.
/// </summary>
internal static class BlockChoice
{
    /// <summary>The most files to evaluate.</summary>
    public const int MostEvaluations = 4;

    /// <summary>Chooses among the blocks that lowered their loss.</summary>
    /// <param name="blocks">All blocks.</param>
    /// <param name="without">The score of the file without learned numbers.</param>
    /// <param name="evaluate">Gives the score of the file with these blocks.</param>
    /// <returns>The names, and how often <paramref name="evaluate"/> was called.</returns>
    public static (IReadOnlySet<string> Blocks, int Evaluations) Choose(
        IReadOnlyList<BlockOutcome> blocks, BlockScore without, Func<IReadOnlySet<string>, BlockScore> evaluate)
    {
        // A block learned in two phases is kept or dropped as a whole. A stable sort: equal gains stay in the order of execution.
        string[] byGain =
        [
            .. blocks.Where(block => block.Kept)
                .GroupBy(block => block.Name, StringComparer.Ordinal)
                .OrderBy(phases => phases.Aggregate(1.0, (left, phase) => left * (phase.LearnedLoss / phase.NearestLoss)))
                .Select(phases => phases.Key),
        ];
        var best = byGain.ToHashSet(StringComparer.Ordinal);
        if (byGain.Length == 0)
        {
            return (best, 0);
        }

        var score = evaluate(best);
        int evaluations = 1;
        for (int count = byGain.Length / 2; count > 0 && evaluations < MostEvaluations && without.IsBetterThan(score); count /= 2)
        {
            var fewer = byGain.Take(count).ToHashSet(StringComparer.Ordinal);
            var found = evaluate(fewer);
            evaluations++;
            if (found.IsBetterThan(score))
            {
                (best, score) = (fewer, found);
            }
        }

        return (best, evaluations);
    }
}

/// <summary>
/// The quality of a file: its mean loss (wrong images, or the metric's loss), then, among equals, its divergence from FP32.
/// </summary>
internal readonly record struct BlockScore(double Quality, double Kl)
{
    public static BlockScore Of(RuntimeScore score) => new(-score.Loss, score.Kl);

    public bool IsBetterThan(BlockScore other) => Quality != other.Quality ? Quality > other.Quality : Kl < other.Kl;
}
