using Cluster.Coordinator.Latency;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Plans;

namespace Cluster.Coordinator.Search;

/// <summary>
/// Plans that the latency model predicts to be faster than the fastest accurate one: where 8 bits do not pay, runs of
/// groups go back to FP32.
/// </summary>
internal static class SpeedMoves
{
    private const int LongestClimb = 12;

    /// <summary>
    /// Up to <paramref name="count"/> untimed plans, fastest predicted first: ends and first steps of a climb over flips of runs of groups,
    /// begun at the incumbent and at FP32. Groups in 8 bits get the decisions of <paramref name="start"/>.
    /// </summary>
    public static IReadOnlyList<Plan> Propose(SearchMemory memory, Plan start, Plan incumbent, int count)
    {
        if (memory.Model is not { } model || memory.Ms(incumbent) is not { } ms)
        {
            return [];
        }

        var bound = Math.Min(ms, memory.Float32Ms!.Value);
        var found = Climb(memory.Choice, model, SearchMemory.Flags(incumbent)).Concat(Climb(memory.Choice, model, SearchMemory.Flags(memory.Float32)));
        return
        [
            .. found
                .Where(flags => Ties.IsFaster(model.Predict(flags), bound))
                .Select(flags => (Plan: ToPlan(memory, start, flags), Ms: model.Predict(flags)))
                .Where(entry => !memory.Knows(memory.LatencyOf(entry.Plan)) && !IsKnownInfeasible(memory, entry.Plan))
                .DistinctBy(entry => entry.Plan)
                .OrderBy(entry => entry.Ms)
                .ThenBy(entry => entry.Plan, memory.Simplest)
                .Take(count)
                .Select(entry => entry.Plan),
        ];
    }

    private static bool IsKnownInfeasible(SearchMemory memory, Plan plan)
    {
        var item = memory.AccuracyOf(plan, ImageScope.Full);
        return memory.Knows(item) && !memory.IsFeasible(plan);
    }

    private static Plan ToPlan(SearchMemory memory, Plan start, bool[] int8) =>
        new(
            memory.Spec.Options.Target,
            [.. start.Groups.Select((decision, i) => int8[i] ? decision : GroupDecision.Float32(decision.Group))]);

    /// <summary>
    /// Every plan on the way up: each step flips the run of groups, in group order and to one precision, that saves
    /// most.
    /// </summary>
    private static IEnumerable<bool[]> Climb(GroupChoice choice, LatencyModel model, bool[] from)
    {
        var current = from;
        var ms = model.Predict(current);
        for (var step = 0; step < LongestClimb; step++)
        {
            bool[]? best = null;
            var bestMs = ms;
            foreach (var toInt8 in new[] { false, true })
            {
                for (var begin = 0; begin < current.Length; begin++)
                {
                    var flags = (bool[])current.Clone();
                    for (var end = begin; end < current.Length; end++)
                    {
                        flags[end] = toInt8 && choice.MayQuantize(end);
                        var predicted = model.Predict(flags);
                        if (predicted < bestMs)
                        {
                            bestMs = predicted;
                            best = (bool[])flags.Clone();
                        }
                    }
                }
            }

            if (best is null)
            {
                yield break;
            }

            yield return best;
            current = best;
            ms = bestMs;
        }
    }
}
