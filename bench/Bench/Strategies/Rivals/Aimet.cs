using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Plans;

namespace Cluster.Bench.Strategies.Rivals;

/// <summary>
/// AIMET's automatic mixed precision. Phase 1 scores each group alone in 8 bits by its outputs on 128 images, without labels. Phase 2
/// looks, on all images, for the longest head of that order, least harmful first, that may be in 8 bits. The score is the divergence
/// instead of the signal-to-noise ratio: spaces keep no outputs. Phase 3, which saves conversions, is left out: it knows formats of
/// integers only.
/// </summary>
internal static class Aimet
{
    private const int ScoringImages = 128;

    /// <summary>Phase 2 by bisection, the default; both ends of the list are looked at first.</summary>
    public static void Bisection(Race race)
    {
        if (race.Look(race.Track.Start) > race.Bound)
        {
            var list = CumulativeList(race);
            if (race.Look(list[^1]) <= race.Bound || race.Goal == SearchGoal.Front)
            {
                RivalPlans.Bisect(race, list);
            }
        }
    }

    /// <summary>Phase 2 by brute force: one group more in 8 bits until the drop is no longer within the bound.</summary>
    public static void BruteForce(Race race)
    {
        if (race.Look(race.Track.Start) <= race.Bound)
        {
            return;
        }

        foreach (var plan in CumulativeList(race).Reverse())
        {
            if (race.Look(plan) > race.Bound && race.Goal == SearchGoal.Fastest)
            {
                return;
            }
        }
    }

    // From all groups in 8 bits to the least harmful alone.
    private static Plan[] CumulativeList(Race race)
    {
        var images = ImageScope.Subset(ScoringImages, SplitMix64.Derive(race.Track.Spec.Options.Seed, "amp"));
        int[] order = [.. RivalPlans.Groups(race).OrderBy(group => race.Divergence(RivalPlans.Quantized(race, group), images))];
        return [.. order.Select((_, left) => RivalPlans.Quantized(race, order[..^left]))];
    }
}
