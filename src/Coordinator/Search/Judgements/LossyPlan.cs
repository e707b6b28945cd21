namespace Cluster.Coordinator.Search.Judgements;

/// <summary>A plan that is faster than the winner and was refused only for its accuracy, so that learning could gain from it.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Ms">Its milliseconds, relative to the search's first FP32.</param>
/// <param name="SurelyMs">The same at worst: the upper end of the measured interval, or the prediction plus the model's error.</param>
/// <param name="IsMeasured">Whether it was timed.</param>
internal sealed record LossyPlan(Plan Plan, double Ms, double SurelyMs, bool IsMeasured)
{
    /// <summary>The most such plans to try if the winner is FP32, or not accurate enough.</summary>
    private const int Most = 2;

    /// <summary>
    /// The fastest such plans, fastest first; only one if the winner is quantized and accurate enough. A plan whose gain over the winner,
    /// or over FP32, may be a tie is left out: learning could gain nothing from it. Among plans that tie, the one closest to FP32 is taken,
    /// as labels of a few hundred images tell less than the divergence; the next one is closer to FP32, and slower by more than a tie if
    /// there is such a plan.
    /// </summary>
    public static IReadOnlyList<LossyPlan> Fastest(SearchMemory memory, WinnerSelected winner)
    {
        var isWon = winner.Feasible && !winner.Plan.IsBaseline;
        return memory.BaselineMs is { } float32Ms && (isWon ? TimeOf(memory, winner.Plan)?.Ms : float32Ms) is { } winnerMs
            ? Choose(memory, memory.FullPlans, Math.Min(float32Ms, winnerMs), isWon ? 1 : Most)
            : [];
    }

    /// <summary>The same before there is a winner, if nothing is accurate enough, and also of plans seen on a part of the images.</summary>
    public static IReadOnlyList<LossyPlan> Hopes(SearchMemory memory) => memory.BaselineMs is { } float32Ms
        ? Choose(memory, memory.FullPlans.Concat(memory.PartlySeen.Select(seen => seen.Key)), float32Ms, Most)
        : [];

    private static List<LossyPlan> Choose(SearchMemory memory, IEnumerable<Plan> plans, double least, int most)
    {
        var left = plans
            .Where(plan => !plan.IsBaseline && !memory.IsAccurateEnough(plan))
            .Where(plan => memory.Objective.Fits(plan) && !memory.Refusals.Suspects(plan))
            .Select(plan => TimeOf(memory, plan) is { } time ? new LossyPlan(plan, time.Ms, time.SurelyMs, time.IsMeasured) : null)
            .OfType<LossyPlan>()
            .Where(refused => Ties.IsFaster(refused.SurelyMs, least))
            .OrderBy(refused => memory.Seen(refused.Plan)!.Kl)
            .ThenBy(refused => refused.Plan, memory.Simplest)
            .ToList();
        var chosen = new List<LossyPlan>();
        while (left.Count > 0 && chosen.Count < most)
        {
            var slower = chosen.Count == 0 ? left : left.FindAll(refused => Ties.IsFaster(chosen[^1].Ms, refused.Ms));
            var among = slower.Count > 0 ? slower : left;
            var fastest = among.Min(refused => refused.Ms);
            chosen.Add(among.First(refused => !Ties.IsFaster(fastest, refused.Ms)));
            left.RemoveAll(refused => refused.Plan.HasFormatsOf(chosen[^1].Plan)
                || memory.Seen(refused.Plan)!.Kl >= memory.Seen(chosen[^1].Plan)!.Kl);
        }

        return chosen;
    }

    /// <summary>"5 of 8 groups in int8 are faster (1.42x FP32) and were refused for their accuracy alone, 0.75 points lost".</summary>
    public string Words(SearchMemory memory)
    {
        var drop = memory.Paired(Plan, ImageScope.Full)!;
        var lost = memory.Scale.Metric.IsShare()
            ? $"{memory.Scale.Drop(drop.Drop)} lost"
            : memory.Scale.Compare(drop);
        return $"{FormatShares.Of(Plan)} are faster ({(IsMeasured ? string.Empty : "predicted ")}{memory.BaselineMs!.Value / Ms:F2} times "
            + $"as fast as FP32) and were refused for their accuracy alone, {lost}"
            + memory.Correction.Note(drop, memory.Full(Plan)!.Witness(Plan));
    }

    // Plans with the same formats run the same kernels, so the steadiest measurement of one holds for all. Otherwise noise would make a
    // plan with a worse calibrator faster than its better version, or even than a winner with these formats.
    private static (double Ms, double SurelyMs, bool IsMeasured)? TimeOf(SearchMemory memory, Plan plan)
    {
        if (plan.IsBaseline)
        {
            return memory.BaselineMs is { } float32 ? (float32, float32, true) : null;
        }

        var measured = memory.Latencies
            .Where(entry => entry.Plan.HasFormatsOf(plan))
            .Select(entry => (Ms: memory.Ms(entry.Plan)!.Value, Timed: memory.Latency(entry.Plan)!))
            .ToArray();
        if (measured.Length > 0)
        {
            return (
                measured.Min(one => one.Ms),
                measured.Min(one => one.Ms * Math.Max(1, (one.Timed.HighMs ?? one.Timed.MedianMs) / one.Timed.MedianMs)),
                true);
        }

        return memory.Model?.Predict(plan) is { } predicted ? (predicted, predicted * (1 + ErrorOf(memory)), false) : null;
    }

    // The model's error, but not less than that of the measurements it was fitted to.
    private static double ErrorOf(SearchMemory memory) => Math.Max(
        LatencyModelCheck.Of(memory)?.MedianError ?? 0,
        memory.Latencies.Average(entry => Math.Max(0, ((entry.Result.HighMs ?? 0) / entry.Result.MedianMs) - 1)));
}
