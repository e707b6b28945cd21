using Cluster.Coordinator.Model;
using Cluster.Coordinator.Work;
using Cluster.Plans;

namespace Cluster.Coordinator.Search.Fleets;

/// <summary>What a job for machines of several kinds measured on each of them.</summary>
/// <param name="Kinds">The kinds, as the job names them.</param>
/// <param name="Plans">The winner, and each kind's front of accuracy and speed; the largest least speed-up first.</param>
public sealed record Fleet(IReadOnlyList<FleetKind> Kinds, IReadOnlyList<FleetPlan> Plans)
{
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
        FleetPlan.CannotSaturate(plan))
    {
        Scale = memory.Scale,
    };
}
