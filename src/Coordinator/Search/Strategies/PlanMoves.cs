namespace Cluster.Coordinator.Search.Strategies;

/// <summary>
/// Random neighbours of a plan: another decision for one group, two groups that exchange theirs, or a region with one decision that grows
/// or shrinks by a group.
/// </summary>
internal sealed class PlanMoves(DecisionSpace space, SplitMix64 random)
{
    // A move may lead back to the same plan, for example by exchanging two groups with equal decisions.
    private const int Attempts = 16;

    /// <summary>A plan one move away, or null if none was found.</summary>
    public Plan? Neighbour(Plan plan)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var moved = random.Below(6) switch
            {
                0 or 1 or 2 => Redecide(plan),
                3 or 4 => MoveBorder(plan),
                _ => Exchange(plan),
            };
            if (!moved.Equals(plan))
            {
                return moved;
            }
        }

        return null;
    }

    /// <summary>Up to <paramref name="count"/> different neighbours, in the order in which they were drawn.</summary>
    public IReadOnlyList<Plan> Neighbours(Plan plan, int count)
    {
        var found = new List<Plan>();
        for (var draw = 0; draw < 2 * count && found.Count < count; draw++)
        {
            if (Neighbour(plan) is { } neighbour && !found.Contains(neighbour))
            {
                found.Add(neighbour);
            }
        }

        return found;
    }

    private Plan Redecide(Plan plan)
    {
        var group = random.Below(space.Count);
        var alternatives = space.Of(group);

        // Half of the draws change whether the group is quantized at all, which has the largest effect on latency.
        var chosen = random.Below(2) == 0
            ? plan.Groups[group].Equals(alternatives[0]) && alternatives.Count > 1 ? 1 : 0
            : random.Below(alternatives.Count);
        return With(plan, group, alternatives[chosen]);
    }

    private Plan Exchange(Plan plan)
    {
        var (first, second) = (random.Below(space.Count), random.Below(space.Count));
        var (before, after) = (plan.Groups[first], plan.Groups[second]);
        return With(With(plan, first, after with { Group = before.Group }), second, before with { Group = after.Group });
    }

    // The group before or after a change of decision takes its neighbour's.
    private Plan MoveBorder(Plan plan)
    {
        var borders = Enumerable.Range(1, space.Count - 1)
            .Where(i => !Same(plan.Groups[i - 1], plan.Groups[i]))
            .ToArray();
        if (borders.Length == 0)
        {
            return plan;
        }

        var border = borders[random.Below(borders.Length)];
        var (taker, giver) = random.Below(2) == 0 ? (border - 1, border) : (border, border - 1);
        return With(plan, taker, plan.Groups[giver] with { Group = plan.Groups[taker].Group });
    }

    private static bool Same(GroupDecision x, GroupDecision y) => x.Equals(y with { Group = x.Group });

    // A decision copied from another group may not be allowed for this one.
    private Plan With(Plan plan, int group, GroupDecision decision) =>
        decision.Format.IsBaseline || space.MayQuantize(group) ? plan.With([group], _ => space.Fitting(group, decision)) : plan;
}
