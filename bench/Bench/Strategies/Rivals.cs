using Cluster.Coordinator.Model;
using Cluster.Plans;

namespace Cluster.Bench.Strategies;

/// <summary>The orders in which other tools leave groups in floating point, as plain loops. None of them looks at time.</summary>
internal static class Rivals
{
    private const int RankingImages = 300;

    /// <summary>
    /// NNCF's accuracy control: all in 8 bits; each group alone reverted and scored on 300 images; then the best scored one is reverted,
    /// with a look on all images after each, until the drop is within the bound. Where a step makes it worse, it is undone and the rest is
    /// scored anew.
    /// </summary>
    public static void Nncf(Race race)
    {
        var current = race.Track.Start;
        var drop = race.Look(current);
        var left = Enumerable.Range(0, current.Groups.Count).ToList();
        var ranked = new Queue<int>();
        while (drop > race.Bound && left.Count > 1)
        {
            if (ranked.Count == 0)
            {
                var subset = ImageScope.Subset(RankingImages, SplitMix64.Derive(race.Track.Spec.Options.Seed, "ranking"));
                var from = current;
                ranked = new Queue<int>(left.OrderBy(group => race.Look(Float(from, group), subset)).ToArray());
            }

            var next = ranked.Dequeue();
            left.Remove(next);
            var reverted = race.Look(Float(current, next));
            if (reverted > drop)
            {
                ranked.Clear();
                continue;
            }

            (current, drop) = (Float(current, next), reverted);
        }
    }

    /// <summary>
    /// Intel Neural Compressor's basic strategy, its last stages: each group alone reverted, on all images; then reverted one after the
    /// other in that order until the drop is within the bound.
    /// </summary>
    public static void Inc(Race race)
    {
        if (race.Look(race.Track.Start) > race.Bound)
        {
            Accumulate(race, Groups(race).OrderBy(group => race.Look(Float(race.Track.Start, group))));
        }
    }

    /// <summary>
    /// YOLOv6's partial quantization: each group alone quantized, on all images; then the most harmful ones reverted, one after the other,
    /// until the drop is within the bound (there a user picks the place).
    /// </summary>
    public static void YoloV6(Race race)
    {
        if (race.Look(race.Track.Start) > race.Bound)
        {
            Accumulate(race, Groups(race).OrderByDescending(
                group => race.Look(race.Track.Start.With(Groups(race).Where(other => other != group), GroupDecision.Baseline))));
        }
    }

    private static IEnumerable<int> Groups(Race race) => Enumerable.Range(0, race.Track.Start.Groups.Count);

    private static void Accumulate(Race race, IEnumerable<int> order)
    {
        var current = race.Track.Start;
        foreach (var group in order.ToArray().SkipLast(1))
        {
            current = Float(current, group);
            if (race.Look(current) <= race.Bound)
            {
                return;
            }
        }
    }

    private static Plan Float(Plan plan, int group) => plan.With([group], GroupDecision.Baseline);
}
