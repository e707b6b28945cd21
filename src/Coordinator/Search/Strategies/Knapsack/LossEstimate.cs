namespace Cluster.Coordinator.Search.Strategies.Knapsack;

/// <summary>
/// The expected loss of each group in each format, in nats of KL: the sweep's scores, corrected by the measured plans. A plan's KL is
/// assumed to be the sum of its groups' losses. Their prior is normal around the sweep's scores, with an error for each group and a shared
/// one, since groups together lose more or less than alone; each measured plan conditions it (a Kalman update).
/// </summary>
internal sealed class LossEstimate
{
    // Standard deviations as shares of a score, and of a measured KL.
    private const double OwnError = 0.3;
    private const double SharedError = 0.5;
    private const double MeasuredError = 0.1;

    // A score that the sweep could not distinguish from zero is uncertain by this share of the mean score.
    private const double LeastError = 0.02;

    private readonly int _formats;
    private readonly double[] _mean;
    private readonly double[,] _covariance;

    /// <param name="scores">Nats by group and format number; those of the baseline are zero.</param>
    public LossEstimate(double[][] scores)
    {
        _formats = scores.Length == 0 ? 0 : scores[0].Length - 1;
        _mean = [.. scores.SelectMany(group => group.Skip(1))];
        _covariance = new double[_mean.Length, _mean.Length];
        var least = LeastError * (_mean.Length == 0 ? 0 : _mean.Average());
        for (var i = 0; i < _mean.Length; i++)
        {
            for (var j = 0; j < _mean.Length; j++)
            {
                _covariance[i, j] = SharedError * SharedError * _mean[i] * _mean[j];
            }

            var own = (OwnError * _mean[i]) + least;
            _covariance[i, i] += own * own;
        }
    }

    /// <summary>The estimate from every plan evaluated on all images that differs from <paramref name="start"/> only in formats.</summary>
    public static LossEstimate Of(SearchMemory memory, Plan start)
    {
        var loss = new FormatLoss(memory);
        var estimate = new LossEstimate(
            [.. memory.Space.Groups.Select(
                (_, group) => Enumerable.Range(0, memory.Formats.Count).Select(format => loss.Of(group, format)).ToArray())]);
        foreach (var plan in Comparable(memory, start))
        {
            estimate.Observe(memory.Formats.NumbersOf(plan), memory.Full(plan)!.Kl);
        }

        foreach (var (plan, part) in memory.PartlySeen.Where(seen => IsComparable(memory, seen.Key, start)))
        {
            estimate.Observe(memory.Formats.NumbersOf(plan), part.Kl, (double)part.Total / memory.Full(memory.Baseline)!.Total);
        }

        return estimate;
    }

    /// <summary>
    /// The largest KL with which a plan is accurate enough, from the measured plans' drops and KLs: least squares through the origin.
    /// Infinite if nothing was lost.
    /// </summary>
    public static double Limit(SearchMemory memory, Plan start)
    {
        var (xy, xx) = (0.0, 0.0);
        var plans = Comparable(memory, start).ToLookup(plan => memory.Full(plan)!.Open is null);

        // Without labels a drop is the most that it can be: such plans count only as long as no other is known.
        foreach (var plan in plans[true].Any() ? plans[true] : plans[false])
        {
            var kl = memory.Full(plan)!.Kl;
            (xy, xx) = (xy + (kl * memory.Drop(plan)!.Value), xx + (kl * kl));
        }

        return xy > 0 ? memory.Correction.Bound * xx / xy : double.PositiveInfinity;
    }

    /// <summary>Nats of a group in the format of this number, 0 and up.</summary>
    public double Of(int group, int format) => format == 0 ? 0 : Math.Max(0, _mean[(group * _formats) + format - 1]);

    /// <summary>The uncertainty of the sum of all groups' nats, in squared nats.</summary>
    public double Variance(IReadOnlyList<int> formats)
    {
        var parts = Parts(formats);
        return Math.Max(0, parts.Sum(part => parts.Sum(other => _covariance[part, other])));
    }

    /// <summary>Conditions the losses on the KL of a plan, measured on a share of the images.</summary>
    public void Observe(IReadOnlyList<int> formats, double kl, double share = 1)
    {
        var parts = Parts(formats);
        var gain = new double[_mean.Length];
        for (var i = 0; i < gain.Length; i++)
        {
            gain[i] = parts.Sum(part => _covariance[i, part]);
        }

        var noise = MeasuredError * kl / Math.Sqrt(share);
        var variance = parts.Sum(part => gain[part]) + (noise * noise);
        if (variance <= 0)
        {
            return;
        }

        var surprise = kl - parts.Sum(part => _mean[part]);
        for (var i = 0; i < gain.Length; i++)
        {
            _mean[i] += gain[i] * surprise / variance;
            for (var j = 0; j < gain.Length; j++)
            {
                _covariance[i, j] -= gain[i] * gain[j] / variance;
            }
        }
    }

    private int[] Parts(IReadOnlyList<int> formats) =>
    [
        .. Enumerable.Range(0, formats.Count).Where(group => formats[group] != 0).Select(group => (group * _formats) + formats[group] - 1),
    ];

    private static IEnumerable<Plan> Comparable(SearchMemory memory, Plan start) =>
        memory.FullPlans.Where(plan => IsComparable(memory, plan, start));

    private static bool IsComparable(SearchMemory memory, Plan plan, Plan start) =>
        !plan.IsBaseline
        && Enumerable.Range(0, plan.Groups.Count).All(
            group => plan.Groups[group].Format.IsBaseline || DiffersInFormatAlone(memory, plan.Groups[group], start.Groups[group], group));

    // With its default rounding, which belongs to the format.
    private static bool DiffersInFormatAlone(SearchMemory memory, GroupDecision decision, GroupDecision start, int group) =>
        decision with { Format = start.Format, Rounding = start.Rounding } == start
        && string.Equals(
            decision.Rounding, memory.Repairs.In(start, group, decision.Format).Rounding, StringComparison.Ordinal);
}
