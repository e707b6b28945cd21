using Cluster.Coordinator.Model;
using Cluster.Coordinator.Plans;

namespace Cluster.Coordinator.Search;

/// <summary>Moves that leave more groups in FP32, priced in milliseconds with the changes of precision that they make or save.</summary>
internal sealed class SkipMoves(SearchMemory memory, GreedyOptions options)
{
    // A move that is predicted to cost less than this share of FP32's latency is as good as free; dividing by less would rank by noise.
    private const double LeastCost = 0.002;

    // Wider gaps between skipped groups are not worth filling in one move: their groups are reached one at a time.
    private const int WidestGap = 3;

    private readonly double[] _sensitivity = Sensitivities(memory);

    /// <summary>
    /// Plans one move away, best expected KL per millisecond first. Plans predicted slower than FP32 come only where there is no other, and
    /// those predicted much slower never: scattered skips can make a network slower than it was in FP32.
    /// </summary>
    public IEnumerable<Plan> Best(Plan current)
    {
        var int8 = SearchMemory.Flags(current);
        var left = Math.Max(double.Epsilon, Sum(int8));
        var kl = memory.Full(current)?.Kl ?? 1;
        var scored = Changes(int8)
            .Select(groups => (Groups: groups, Ms: Predict(After(int8, groups))))
            .Select(move =>
                (move.Groups, move.Ms, Score: Ratio(kl * move.Groups.Sum(group => _sensitivity[group]) / left, move.Ms - Predict(int8))))
            .Where(move => memory.Float32Ms is not { } float32 || move.Ms < float32 * options.HopelessFactor)
            .Where(move => move.Groups.Length < int8.Count(flag => flag))
            .OrderBy(move => memory.Float32Ms is { } float32 && move.Ms >= float32)
            .ThenByDescending(move => move.Score)
            .ThenBy(move => move.Groups.Length)
            .ThenBy(move => move.Groups[0])
            .ToArray();
        return scored.Select(move => current.With(move.Groups, GroupDecision.Float32));
    }

    /// <summary>Of evaluated moves, the one that recovered most KL per predicted millisecond, or null where all failed.</summary>
    public Plan? Winner(Plan current, IReadOnlyList<Plan> candidates, ImageScope scope)
    {
        var before = memory.Accuracy(current, scope)?.Kl ?? memory.Full(current)?.Kl ?? 0;
        var ms = Predict(SearchMemory.Flags(current));
        return candidates
            .Where(plan => memory.Accuracy(plan, scope) is not null)
            .OrderByDescending(plan => Ratio(before - memory.Accuracy(plan, scope)!.Kl, Predict(SearchMemory.Flags(plan)) - ms))
            .ThenBy(plan => plan, memory.Simplest)
            .FirstOrDefault();
    }

    /// <summary>Plans with one skipped group quantized again, least harmful first, where that is predicted to be faster.</summary>
    public static IEnumerable<Plan> Back(SearchMemory memory, Plan start, Plan current)
    {
        var sensitivity = Sensitivities(memory);
        var int8 = SearchMemory.Flags(current);
        return Enumerable.Range(0, int8.Length)
            .Where(group => !int8[group] && memory.Choice.MayQuantize(group))
            .OrderBy(group => sensitivity[group])
            .ThenBy(group => group)
            .Select(group => current.With([group], _ => start.Groups[group]))
            .Where(plan => memory.Failure(memory.AccuracyOf(plan, ImageScope.Full)) is null)
            .Where(plan => memory.Full(plan) is null || memory.IsFeasible(plan))
            .Where(plan => memory.Model is not { } model || model.Predict(SearchMemory.Flags(plan)) < model.Predict(int8));
    }

    private static double[] Sensitivities(SearchMemory memory) =>
        memory.Sensitivity is { } sweep
            ? [.. sweep.Groups.Select(group => Math.Max(0, group.Kl))]
            : [.. memory.Space.Groups.Select(_ => 1.0)];

    private static bool[] After(bool[] int8, int[] groups)
    {
        var after = (bool[])int8.Clone();
        foreach (var group in groups)
        {
            after[group] = false;
        }

        return after;
    }

    private IEnumerable<int[]> Changes(bool[] int8)
    {
        for (var group = 0; group < int8.Length; group++)
        {
            if (int8[group])
            {
                yield return [group];
            }
        }

        // Neighbours in the data flow together: the change of precision between them is saved.
        foreach (var (from, to) in memory.Space.Edges.Select(edge => (edge.From, edge.To)).Distinct())
        {
            if (from >= 0 && to < int8.Length && from != to && int8[from] && int8[to])
            {
                yield return [from, to];
            }
        }

        for (var begin = 1; begin < int8.Length; begin++)
        {
            var end = begin;
            while (end < int8.Length && int8[end])
            {
                end++;
            }

            if (!int8[begin - 1] && end < int8.Length && end - begin is > 1 and <= WidestGap)
            {
                yield return [.. Enumerable.Range(begin, end - begin)];
            }
        }
    }

    private double Sum(bool[] int8) => int8.Select((flag, group) => flag ? _sensitivity[group] : 0).Sum();

    // Without any timing a skipped group's price is its share of the multiply-accumulates.
    private double Predict(bool[] int8) => memory.Model is { } model
        ? model.Predict(int8)
        : memory.Space.Groups
            .Select((group, i) => int8[i] ? 0 : Math.Max(1, group.Macs))
            .Sum() / (double)memory.Space.Groups.Sum(group => Math.Max(1, group.Macs));

    private double Ratio(double gain, double cost) =>
        gain <= 0 ? gain : gain / Math.Max(cost, LeastCost * (memory.Float32Ms ?? 1));
}
