using Cluster.Coordinator.Model;

namespace Cluster.Coordinator.Search.Strategies;

/// <summary>The images of a candidate's first evaluation.</summary>
internal static class EvaluationSubset
{
    /// <summary>
    /// An eighth of the evaluation set, at least <paramref name="least"/> images and at most four times as many; the whole set if that is
    /// more than half of it, as a subset then saves less than the winner's second evaluation costs.
    /// </summary>
    public static ImageScope Of(SearchMemory memory, int least)
    {
        var total = memory.Full(memory.Baseline)!.Total;
        var count = Math.Clamp(total / 8, least, 4 * least);
        return count * 2 > total
            ? ImageScope.Full
            : ImageScope.Subset(count, SplitMix64.Derive(memory.Spec.Options.Seed, "subset"));
    }
}
