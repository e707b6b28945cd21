namespace Cluster.Coordinator.Search.Judgements;

/// <summary>What a job for machines of several kinds measured on each of them.</summary>
/// <param name="Kinds">The kinds, as the job names them.</param>
/// <param name="Plans">The winner, and each kind's front of accuracy and speed; the largest least speed-up first.</param>
public sealed record Fleet(IReadOnlyList<FleetKind> Kinds, IReadOnlyList<FleetPlan> Plans)
{
    /// <summary>Where one of these plans gains least, to follow its speed-up; empty for FP32.</summary>
    public string Where(Plan plan)
    {
        if (Plans.FirstOrDefault(one => one.Plan.Equals(plan)) is not { Speeds: var speeds, Least: var least })
        {
            return string.Empty;
        }

        var predicted = Kinds.Zip(speeds).Where(kind => !kind.Second.IsMeasured).Select(kind => kind.First.Name).ToArray();
        return $" on {Kinds.Zip(speeds).First(kind => kind.Second.SpeedUp == least).First.Name}, where it gains least of "
            + string.Join(", ", Kinds.Select(kind => kind.Name))
            + (predicted.Length == 0 ? string.Empty : $" (predicted for {string.Join(", ", predicted)})");
    }

    /// <summary>What the numbers of a plan are, in sentences.</summary>
    [JsonIgnore]
    public string Note
    {
        get
        {
            var earlier = Kinds.Where(kind => kind.IsEarlier == true).Select(kind => kind.Name).ToArray();
            return $"A plan is as fast as on the kind where it gains least, in milliseconds beside FP32's on {Kinds[0].Name}."
                + (earlier.Length == 0 ? string.Empty : $" The times of {string.Join(", ", earlier)} are an earlier job's; "
                    + "≈: predicted by its latency model, as it did not time the plan.");
        }
    }

    /// <summary>Null for a job of one kind, and if nothing was timed.</summary>
    internal static Fleet? Of(SearchMemory memory, Plan winner)
    {
        if (memory.Spec.Options.Kinds is not { } kinds || memory.Latencies.Count == 0)
        {
            return null;
        }

        Plan[] timed = [.. memory.FullPlans.Where(plan => memory.Ms(plan) is not null && !memory.Refusals.Contains(plan))];
        var fronts = kinds.Select(kind => ParetoFront.Of(
            timed.Select(plan => (plan, memory.Full(plan)!.Loss, memory.Ms(plan, kind)!.Value)), memory.Simplest)).ToArray();
        return new Fleet(
            [.. kinds.Select(kind => new FleetKind(kind, IsEarlier: IsEarlier(memory, kind)))],
            [
                .. timed
                    .Where(plan => !plan.IsBaseline && (plan.Equals(winner) || fronts.Any(front => front.Contains(plan))))
                    .Select(plan => On(memory, plan, fronts))
                    .OrderByDescending(plan => plan.Least)
                    .ThenBy(plan => plan.Plan, memory.Simplest),
            ]);
    }

    private static bool? IsEarlier(SearchMemory memory, string kind) =>
        memory.Latencies.Any(entry => memory.Latency(entry.Plan, kind)?.Earlier is not null) ? true : null;

    private static FleetPlan On(SearchMemory memory, Plan plan, IReadOnlyList<Plan>[] fronts) => new(
        plan,
        [
            .. memory.Kinds.Zip(fronts, (kind, front) => FleetSpeed.Of(memory.Latency(plan, kind)!) with
            {
                IsOnFront = front.Contains(plan),
            }),
        ],
        memory.Paired(plan, ImageScope.Full)!.Drop,
        FleetPlan.IsSameOnEveryKind(plan))
    {
        Scale = memory.Scale,
    };
}
