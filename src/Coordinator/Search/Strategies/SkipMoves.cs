namespace Cluster.Coordinator.Search.Strategies;

/// <summary>
/// Moves that give groups a finer format, up to the baseline's, priced in milliseconds including the changes of format that they add or
/// remove.
/// </summary>
internal sealed class SkipMoves(SearchMemory memory)
{
    /// <summary>Moves that a round of skips or of walk-back tries.</summary>
    public const int PerRound = 4;

    /// <summary>Skips go on until a plan is predicted to be slower than FP32 by this factor.</summary>
    public const double HopelessFactor = 1.25;

    // A move predicted to cost less than this share of FP32's latency counts as free; dividing by less would rank by noise.
    private const double LeastCost = 0.002;

    // Wider gaps between skipped groups are not worth filling in one move: their groups are reached one at a time.
    private const int WidestGap = 3;

    private const int Baseline = 0;

    private readonly FormatLoss _loss = new(memory);

    /// <summary>
    /// Plans one move away, best expected KL per millisecond first. Plans predicted slower than FP32 come only if there is no other, and
    /// those predicted much slower never: scattered skips can make a network slower than in FP32.
    /// </summary>
    public IEnumerable<Plan> Best(Plan current)
    {
        var formats = memory.Formats.NumbersOf(current);
        var left = Math.Max(double.Epsilon, _loss.Sum(formats));
        var kl = memory.Full(current)?.Kl ?? 1;
        var quantized = formats.Count(format => format != Baseline);
        var scored = Enumerable.Range(0, memory.Formats.Count)
            .SelectMany(to => Changes(formats, to).Select(groups => (Groups: groups, To: to)))
            .Select(move => (move.Groups, move.To, Ms: Predict(After(formats, move.Groups, move.To))))
            .Select(move => (move.Groups, move.To, move.Ms, Score: Ratio(
                kl * move.Groups.Sum(group => _loss.Of(group, formats[group]) - _loss.Of(group, move.To)) / left,
                Cost(current, move.Groups, move.To, move.Ms) - Cost(current, [], Baseline, Predict(formats)))))
            .Where(move => memory.BaselineMs is not { } baselineMs || move.Ms < baselineMs * HopelessFactor)
            .Where(move => move.To != Baseline || move.Groups.Length < quantized)
            .OrderBy(move => memory.BaselineMs is { } baselineMs && move.Ms >= baselineMs)
            .ThenByDescending(move => move.Score)
            .ThenBy(move => move.Groups.Length)
            .ThenBy(move => move.Groups[0])
            .ThenBy(move => move.To)
            .ToArray();
        return scored.Select(move => memory.Repairs.In(current, move.Groups, memory.Formats.All[move.To]));
    }

    /// <summary>
    /// The likely number of evaluations still needed for skips: as many of the most harmful groups, each alone, as add up to the share of
    /// the drop beyond the bound. Half the groups if the drop is unknown.
    /// </summary>
    public int Likely(Plan current)
    {
        var losses = memory.Formats.NumbersOf(current)
            .Select((format, group) => _loss.Of(group, format))
            .Where(loss => loss > 0)
            .OrderDescending()
            .ToArray();
        var beyond = memory.Drop(current) is not { } drop ? 0.5
            : drop <= memory.Correction.Bound ? 0
            : 1 - (memory.Correction.Bound / drop);
        var (left, count) = (beyond * losses.Sum(), 0);
        while (count < losses.Length && left > 0)
        {
            left -= losses[count++];
        }

        return count * (PerRound + 1);
    }

    /// <summary>Of evaluated moves, the one that recovered most KL per predicted millisecond, or null if all failed.</summary>
    public Plan? Winner(Plan current, IReadOnlyList<Plan> candidates, ImageScope scope)
    {
        var before = memory.Accuracy(current, scope)?.Kl ?? memory.Full(current)?.Kl ?? 0;
        var ms = Predict(memory.Formats.NumbersOf(current));
        return candidates
            .Where(plan => memory.Accuracy(plan, scope) is not null)
            .OrderByDescending(
                plan => Ratio(before - memory.Accuracy(plan, scope)!.Kl, Predict(memory.Formats.NumbersOf(plan)) - ms))
            .ThenBy(plan => plan, memory.Simplest)
            .FirstOrDefault();
    }

    /// <summary>
    /// Plans with one group reset to its start, or on the way there, least harmful first, if that is predicted to be faster.
    /// </summary>
    public static IEnumerable<Plan> Back(SearchMemory memory, Plan start, Plan current)
    {
        var loss = new FormatLoss(memory);
        var (first, formats) = (memory.Formats.NumbersOf(start), memory.Formats.NumbersOf(current));
        return Enumerable.Range(0, formats.Length)
            .SelectMany(group => Enumerable.Range(0, memory.Formats.Count)
                .Where(to => memory.MayBe(group, to) && loss.IsFiner(than: to, formats[group]) && !loss.IsFiner(than: to, first[group]))
                .Select(to => (Group: group, To: to)))
            .OrderBy(move => loss.Of(move.Group, move.To))
            .ThenBy(move => move.Group)
            .Select(move => current.With(
                [move.Group], _ => memory.Repairs.In(start.Groups[move.Group], move.Group, memory.Formats.All[move.To])))
            .Where(plan => memory.Failure(memory.AccuracyOf(plan, ImageScope.Full)) is null)
            .Where(plan => memory.Full(plan) is null || memory.IsFeasible(plan))
            .Where(plan => memory.Model is not { } model || model.Predict(plan) < model.Predict(formats));
    }

    private static int[] After(int[] formats, int[] groups, int to)
    {
        var after = (int[])formats.Clone();
        foreach (var group in groups)
        {
            after[group] = to;
        }

        return after;
    }

    private IEnumerable<int[]> Changes(int[] formats, int to)
    {
        bool Moves(int group) => memory.MayBe(group, to) && _loss.IsFiner(than: formats[group], to);
        for (var group = 0; group < formats.Length; group++)
        {
            if (Moves(group))
            {
                yield return [group];
            }
        }

        // Neighbours in the data flow move together: the change of format between them is saved.
        foreach (var (from, next) in memory.Space.Edges.Select(edge => (edge.From, edge.To)).Distinct())
        {
            if (from >= 0 && next < formats.Length && from != next && Moves(from) && Moves(next))
            {
                yield return [from, next];
            }
        }

        for (var begin = 1; begin < formats.Length; begin++)
        {
            var end = begin;
            while (end < formats.Length && Moves(end))
            {
                end++;
            }

            if (formats[begin - 1] == to && end < formats.Length && formats[end] == to && end - begin is > 1 and <= WidestGap)
            {
                yield return [.. Enumerable.Range(begin, end - begin)];
            }
        }
    }

    // If another resource than time is scarce, its share of FP32's use replaces milliseconds.
    private double Cost(Plan current, int[] groups, int to, double ms) => memory.Objective.Scarce is not { } scarce
        ? ms
        : scarce(memory.Repairs.In(current, groups, memory.Formats.All[to])) / scarce(memory.Baseline) * (memory.BaselineMs ?? 1);

    // Without any timing a format's price is the share of its significant bits, and a group's that of its
    // multiply-accumulates.
    private double Predict(int[] formats) => memory.Model is { } model
        ? model.Predict(formats)
        : memory.Space.Groups
            .Select((group, i) => Price(formats[i]) * Math.Max(1, group.Macs))
            .Sum() / memory.Space.Groups.Sum(group => Math.Max(1, group.Macs));

    // 0 in the first offered format, 1 in the baseline's.
    private double Price(int format)
    {
        double Bits(int number) => memory.Formats.All[number].Weights.SignificandBits;
        return format switch
        {
            Baseline => 1,
            1 => 0,
            _ => Math.Clamp((Bits(format) - Bits(1)) / Math.Max(1, Bits(Baseline) - Bits(1)), 0, 1),
        };
    }

    private double Ratio(double gain, double cost) =>
        gain <= 0 ? gain : gain / Math.Max(cost, LeastCost * (memory.BaselineMs ?? 1));
}
