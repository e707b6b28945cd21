namespace Cluster.Coordinator.Search.Strategies;

/// <summary>The images of a candidate's first evaluation.</summary>
internal static class EvaluationSubset
{
    private const int Least = 256;

    /// <summary>
    /// An eighth of the evaluation set, at least 256 images and at most four times as many; the whole set if that is more than half of it,
    /// as a subset then saves less than the winner's second evaluation costs.
    /// </summary>
    public static ImageScope Of(SearchMemory memory)
    {
        var total = memory.Full(memory.Baseline)!.Total;
        var count = Math.Clamp(total / 8, Least, 4 * Least);
        return count * 2 > total
            ? ImageScope.Full
            : ImageScope.Subset(count, SplitMix64.Derive(memory.Spec.Options.Seed, "subset"));
    }
}
