namespace Cluster.Simulation;

/// <summary>
/// Who is poisoned, with what, and how long an item takes: functions of the seed and of what is asked, never of a
/// target's other parts.
/// </summary>
public static class SyntheticPoison
{
    private const int Resolution = 1 << 24;

    /// <summary>Milliseconds that the item takes.</summary>
    public static double Milliseconds(SyntheticTarget target, WorkItem item)
    {
        var (least, largest) = target.Milliseconds;
        return largest == 0 ? 0 : least + ((largest - least) * Draws(target, item).Below(Resolution) / Resolution);
    }

    /// <summary>
    /// The item's poison, or null. The network as it came and plans of one decision for all groups are what a search
    /// starts from, and are never poisoned.
    /// </summary>
    public static PoisonVerb? Of(SyntheticTarget target, WorkItem item)
    {
        if (target.Poison == 0
            || item is not AccuracyItem { Plan: var plan }
            || plan.IsBaseline
            || plan.QuantizedCount == plan.Groups.Count)
        {
            return null;
        }

        var draws = Draws(target, item);
        draws.Next();
        return draws.Below(Resolution) < target.Poison * Resolution ? target.Verbs[draws.Below(target.Verbs.Count)] : null;
    }

    // Not the item's id: that names the target, whose verbs and shares must not change who is hit.
    private static SplitMix64 Draws(SyntheticTarget target, WorkItem item)
    {
        (Plan? Plan, ImageScope? Images) asked = item switch
        {
            AccuracyItem accuracy => (accuracy.Plan, accuracy.Images),
            LatencyItem latency => (latency.Plan, null),
            _ => (null, null),
        };
        string digest = CanonicalJson.Digest(
            new { item = item.GetType().Name, groups = asked.Plan?.Groups, images = asked.Images, target.Seed });
        return new SplitMix64(Convert.ToUInt64(digest[..16], 16));
    }
}
