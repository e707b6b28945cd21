namespace Cluster.Coordinator.Search.Judgements;

/// <summary>Chooses among evaluated plans.</summary>
internal static class WinnerSelector
{
    // The most nearest plans that are timed at the end.
    private const int MostNearest = 3;

    // A file with a larger share of FP32's size is not worth preferring for its size.
    private const double LargestHint = 0.6;

    /// <summary>
    /// Accurate quantized plans that no other beats in both accuracy and predicted latency, fastest predicted first; if the goal is the
    /// most accurate plan, those within the budgets, most accurate first.
    /// </summary>
    public static IReadOnlyList<Plan> Finalists(SearchMemory memory, int count)
    {
        if (memory.Objective.IsMostAccurate)
        {
            return [.. MostAccurateFirst(memory).Where(memory.IsFeasible).Take(count)];
        }

        var entries = Quantized(memory)
            .Where(memory.IsFeasible)
            .Select(plan =>
                (
                    plan,
                    memory.Full(plan)!.Loss,
                    memory.Ms(plan) ?? memory.Model?.Predict(plan) ?? plan.Groups.Count - plan.QuantizedCount));
        return [.. ParetoFront.Of(entries, memory.Simplest).Take(count)];
    }

    /// <summary>Whether any quantized plan was evaluated on all images.</summary>
    public static bool HasAny(SearchMemory memory) => Quantized(memory).Any();

    /// <summary>The finalists, or if nothing meets the bounds, the nearest plans, at most three: those worth a final timing.</summary>
    public static IReadOnlyList<Plan> Best(SearchMemory memory, int count) => Finalists(memory, count) is { Count: > 0 } finalists
        ? finalists
        : [.. Nearest(memory).Take(Math.Min(count, MostNearest))];

    /// <summary>
    /// If nothing quantized meets the bounds, the plans nearest to them, nearest first. If FP32 is within the budgets, only plans that may
    /// be faster than it: slower and less accurate ones are not worth deploying.
    /// </summary>
    public static IEnumerable<Plan> Nearest(SearchMemory memory) => Nearest(memory, Quantized(memory));

    /// <summary>
    /// The fastest measured, accurate, quantized plan; of those that tie with it the most accurate, then the one with the simplest
    /// precisions, then the one closest to FP32. Milliseconds within a tie are noise, which would choose anew in each run. Null if there
    /// is none.
    /// </summary>
    public static Plan? Fastest(SearchMemory memory) => Fastest(memory, Quantized(memory));

    /// <summary>
    /// The best plan that shares no group with a plan refused by the parity gate, if it is faster than FP32; else the best of all that were
    /// not refused themselves. If the goal is the most accurate plan, the best that was not refused.
    /// </summary>
    public static WinnerSelected Select(SearchMemory memory)
    {
        if (memory.Objective.IsMostAccurate)
        {
            return SelectAccurate(memory);
        }

        var unsuspected = SelectFastest(memory, [.. Quantized(memory).Where(plan => !memory.Refusals.Suspects(plan))]);
        return !unsuspected.Plan.IsBaseline && unsuspected.Feasible ? unsuspected : SelectFastest(memory, [.. Quantized(memory)]);
    }

    /// <summary>Whether the intervals leave open that the winner is no faster than FP32, or that a plan that lost is faster.</summary>
    public static bool MayTurn(SearchMemory memory, WinnerSelected selection) => selection.Kind switch
    {
        WinnerKind.Unclear => true,
        WinnerKind.NothingFaster => memory.TimedTogether.Any(plan => memory.IsFeasible(plan) && MayBeFaster(memory, plan)),
        _ => false,
    };

    private static bool IsUnclear(SearchMemory memory, Plan plan) => memory.Latency(plan) is { IsUnclear: true };

    private static bool MayBeFaster(SearchMemory memory, Plan plan) =>
        memory.Latency(plan) is { LowMs: { } low } timed && Ties.IsFaster(low, timed.Float32MedianMs);

    /// <summary>
    /// Whether a plan takes as long as a faster one: within a tie, or with the same formats, whose kernels are the same.
    /// </summary>
    private static bool IsTie(SearchMemory memory, Plan fast, Plan plan) =>
        !Ties.IsFaster(memory.Ms(fast)!.Value, memory.Ms(plan)!.Value) || plan.HasFormatsOf(fast);

    private static bool IsGain(SearchMemory memory, Plan plan) => Ties.IsFaster(memory.Ms(plan)!.Value, memory.BaselineMs!.Value);

    private static Plan? Fastest(SearchMemory memory, IEnumerable<Plan> plans)
    {
        var measured = plans.Where(plan => memory.IsTimedLast(plan) && memory.Ms(plan) is not null && memory.IsFeasible(plan)).ToArray();
        if (measured.Length == 0)
        {
            return null;
        }

        var fastest = measured.MinBy(plan => memory.Ms(plan)!.Value)!;
        var isGain = IsGain(memory, fastest);
        return OfTied(memory, measured.Where(plan => IsTie(memory, fastest, plan) && (!isGain || IsGain(memory, plan)))).First();
    }

    /// <summary>Plans that take the same time, in the order of preference: most accurate, simplest precisions, closest to FP32.</summary>
    public static IOrderedEnumerable<Plan> OfTied(SearchMemory memory, IEnumerable<Plan> plans) => plans
        .OrderBy(plan => memory.Full(plan)!.Loss)
        .ThenBy(plan => plan, Comparer<Plan>.Create(memory.Simplest.CompareStructure))
        .ThenBy(plan => memory.Full(plan)!.Kl)
        .ThenBy(plan => plan, memory.Simplest);

    /// <summary>
    /// The quantized plan with the most images right, then the lowest KL, the lowest latency, the simplest. Null if there is none.
    /// </summary>
    public static Plan? MostAccurate(SearchMemory memory) => MostAccurateFirst(memory).FirstOrDefault();

    private static WinnerSelected SelectAccurate(SearchMemory memory)
    {
        var budgets = BudgetWords.Budgets(memory.Spec.Options);
        var best = MostAccurateFirst(memory).FirstOrDefault(plan => memory.IsTimedLast(plan) && memory.Objective.IsWithin(plan));
        var float32 = memory.Objective.IsWithin(memory.Baseline) ? memory.Full(memory.Baseline) : null;
        if (float32 is not null && (best is null || memory.Full(best)!.Loss > float32.Loss))
        {
            return new WinnerSelected(
                memory.Baseline,
                Feasible: true,
                WinnerKind.MostAccurate,
                $"FP32 itself is within {budgets}, and no quantized plan that was measured is "
                + (memory.Spec.Options.Measure.CountsImages() ? "right on more images" : "better")
                + $"{BudgetNote(memory)}{RefusalNote(memory)}.");
        }

        if (best is not null)
        {
            return new WinnerSelected(
                best,
                Feasible: true,
                WinnerKind.MostAccurate,
                $"The most accurate measured plan within {budgets}: {FormatShares.Of(best)}, "
                + $"{Shown(memory, best)}{BudgetNote(memory)}{RefusalNote(memory)}.");
        }

        return NothingFeasible(memory, [.. Quantized(memory)], nearest =>
            $"No plan that was measured is within {budgets}{BudgetNote(memory)}: this is the nearest, "
            + $"{100 * memory.Objective.Excess(nearest):0.#} % beyond. Give a larger budget.");
    }

    private static WinnerSelected SelectFastest(SearchMemory memory, IReadOnlyList<Plan> plans)
    {
        var fastest = Fastest(memory, plans);
        if (fastest is not null && IsGain(memory, fastest))
        {
            return new WinnerSelected(fastest, Feasible: true, IsUnclear(memory, fastest) ? WinnerKind.Unclear : WinnerKind.Faster,
                $"The fastest measured plan within the accepted drop: {memory.BaselineMs!.Value / memory.Ms(fastest)!.Value:F2} "
                + $"times as fast as FP32{Fleet.Of(memory, fastest)?.Where(fastest)}"
                + $"{IntervalNote(memory, fastest)}, {Shown(memory, fastest)}{BudgetNote(memory)}"
                + $"{RefusalNote(memory)}.");
        }

        if (fastest is not null)
        {
            var isAnyFaster = plans.Any(plan => memory.Ms(plan) is not null && !IsSlow(memory, plan));
            var byMoreThanATie = memory.Ms(fastest) < memory.BaselineMs ? $" by more than a tie ({Ties.Percent} %)" : string.Empty;
            var mayBe = MayBeFaster(memory, fastest);
            var kind = mayBe && IsUnclear(memory, fastest) ? WinnerKind.Unclear : WinnerKind.NothingFaster;
            return new WinnerSelected(memory.Baseline, Feasible: true, kind,
                $"Nothing quantized{(isAnyFaster ? " that is accurate enough" : string.Empty)} was faster than FP32 at batch "
                + $"{memory.Spec.Options.Batch}{OnKinds(memory)}{byMoreThanATie}; nearest: "
                + $"{FormatShares.Of(fastest)} at {Beside(memory, fastest)}"
                + $"{(mayBe ? IntervalNote(memory, fastest) : string.Empty)}"
                + $"{BudgetNote(memory)}{RefusalNote(memory)}.{SizeHint(memory, plans)}");
        }

        var accurate = plans.Where(memory.IsFeasible).OrderBy(plan => plan, memory.Simplest).FirstOrDefault();
        if (accurate is not null)
        {
            return new WinnerSelected(
                memory.Baseline,
                Feasible: true,
                WinnerKind.NothingFaster,
                "Quantized plans keep the accuracy, but none of them could be timed, so none is known to be faster than FP32.");
        }

        return Harmful(memory, plans) is { } slow
            ? new WinnerSelected(memory.Baseline, Feasible: true, WinnerKind.NothingFaster,
                $"No quantized plan is shown to be within {BudgetWords.Bound(memory.Spec.Options)}, and even those "
                + $"that are not are no faster than FP32 at batch {memory.Spec.Options.Batch}; nearest: {FormatShares.Of(slow)} at "
                + $"{Beside(memory, slow)}{BudgetNote(memory)}{RefusalNote(memory)}.")
            : NothingFeasible(memory, plans, best =>
                $"No quantized plan is shown to be within {BudgetWords.Bound(memory.Spec.Options)}{AndBudgets(memory)}"
                + $"{BudgetNote(memory)}: this is the most accurate{OfFaster(memory, best)}, "
                + $"{Shown(memory, best)}{Samples(memory, best)}; to accept it, give {Accepting(memory, best)}"
                + $"{RefusalNote(memory)}.");
    }

    // The nearest timed plan, as that one is published; if a budget is the cause, the sentence says what no plan reaches.
    private static WinnerSelected NothingFeasible(SearchMemory memory, IReadOnlyList<Plan> plans, Func<Plan, string> reason)
    {
        var nearest = Nearest(memory, plans).Concat(MostAccurateFirst(memory, plans)).ToArray();
        var best = nearest.FirstOrDefault(plan => memory.IsTimedLast(plan) && memory.Ms(plan) is not null) ?? nearest.FirstOrDefault();
        return new WinnerSelected(
            best ?? memory.Baseline,
            Feasible: false,
            WinnerKind.NothingFeasible,
            best is null ? NothingLeft(memory) : BudgetCheck.Unreachable(memory) ?? reason(best));
    }

    private static string NothingLeft(SearchMemory memory) => memory.Refusals.First is { } refused
        ? $"No quantized plan that was measured may win{BudgetNote(memory)}{UnprovedNote(memory)}: FP32 is all there is. "
            + $"The first: {refused}"
        : $"No quantized plan could be evaluated ({FirstFailure(memory)}): FP32 is all there is.";

    private static IEnumerable<Plan> Nearest(SearchMemory memory, IEnumerable<Plan> plans) => memory.Objective.IsMostAccurate
        ? plans.OrderBy(memory.Objective.Excess).ThenBy(plan => plan, memory.Simplest)
        : MostAccurateFirst(memory, plans.Where(plan => memory.Spec.Options.Budgets > 0 || !IsSlow(memory, plan)));

    // By its measured time or, without one, by the latency model.
    private static bool IsSlow(SearchMemory memory, Plan plan) =>
        (memory.Ms(plan) ?? memory.Model?.Predict(plan)) is { } ms && !Ties.IsFaster(ms, memory.BaselineMs!.Value);

    // The fastest timed plan if none of the timed ones is faster than FP32: FP32 meets every bound, and plans that are slower and less
    // accurate, or were never timed, are not worth deploying. Null if one is faster, and if a budget may exclude FP32.
    private static Plan? Harmful(SearchMemory memory, IReadOnlyList<Plan> plans)
    {
        var timed = plans.Where(plan => memory.Ms(plan) is not null && memory.IsTimedLast(plan)).ToArray();
        return memory.Spec.Options.Budgets == 0 && timed.All(plan => IsSlow(memory, plan)) ? timed.MinBy(memory.Ms) : null;
    }

    /// <summary>Most images right first, then the lowest KL, the lowest latency, the simplest.</summary>
    public static IOrderedEnumerable<Plan> MostAccurateFirst(SearchMemory memory) => MostAccurateFirst(memory, Quantized(memory));

    private static IOrderedEnumerable<Plan> MostAccurateFirst(SearchMemory memory, IEnumerable<Plan> plans) => plans
        .OrderBy(plan => memory.Full(plan)!.Loss)
        .ThenBy(plan => memory.Full(plan)!.Kl)
        .ThenBy(plan => memory.Ms(plan) ?? double.MaxValue)
        .ThenBy(plan => plan, memory.Simplest);

    private static IEnumerable<Plan> Quantized(SearchMemory memory) =>
        memory.FullPlans.Where(plan => !plan.IsBaseline && !memory.Refusals.Contains(plan));

    private static string FirstFailure(SearchMemory memory) =>
        memory.Failure(Baselines.FirstAttempt(memory))?.Reason ?? "no reason recorded";

    private static string AndBudgets(SearchMemory memory) =>
        memory.Spec.Options.Budgets == 0 ? string.Empty : $" and {BudgetWords.Budgets(memory.Spec.Options)}";

    private static string Samples(SearchMemory memory, Plan best) => memory.SamplesWithin(memory.Full(best)!) is { } share
        && share < memory.Spec.Options.AskedSampleShare
            ? $", and {100 * share:0.#} % of its samples keep {memory.Scale.Short(memory.Correction.Bound)} each by itself, where "
                + $"{100 * memory.Spec.Options.AskedSampleShare:0.#} % are asked"
            : string.Empty;

    private static string Accepting(SearchMemory memory, Plan best)
    {
        double drop = memory.Drop(best)!.Value;
        string bound = drop > memory.Correction.Bound ? memory.Scale.Bound(drop) : string.Empty;
        return memory.KeepsSamples(memory.Full(best)!) ? bound.Length > 0 ? bound : memory.Scale.Bound(drop)
            : $"{(bound.Length > 0 ? $"{bound} and " : "")}{JobLimits.SampleShare.Name} "
                + $"{Math.Floor(1000 * memory.SamplesWithin(memory.Full(best)!)!.Value) / 10:0.#}%";
    }

    private static string OfFaster(SearchMemory memory, Plan best) =>
        memory.Spec.Options.Budgets > 0 || IsSlow(memory, best) ? string.Empty : " of those faster than FP32";

    private static string BudgetNote(SearchMemory memory) => memory.Stopped is { } reason
        ? $", before the search was stopped as {reason}"
            + (memory.Finals.Count == 0 && memory.Spec.Deployed is null
                ? "; times are first ones: no finalists were timed together"
                : string.Empty)
        : memory.BudgetLeft == 0 ? ", with the budget of evaluations spent"
        : string.Empty;

    private static string RefusalNote(SearchMemory memory) =>
        (memory.Refusals.Plans.Count(plan => !plan.IsUnproved) is var refused and > 0
            ? $"; the parity gate refused {refused} {(refused == 1 ? "plan" : "plans")} before it"
                + (memory.Refusals.FirstGroup is { } group ? $", the first for group '{group}'" : string.Empty)
            : string.Empty)
        + UnprovedNote(memory);

    private static string UnprovedNote(SearchMemory memory) => memory.Refusals.Plans.Count(plan => plan.IsUnproved) is var unproved and > 0
        ? $"; no minutes were left for the parity gate of {unproved} {(unproved == 1 ? "plan" : "plans")}, which more minutes may prove"
        : string.Empty;

    private static string IntervalNote(SearchMemory memory, Plan plan) => memory.Latency(plan) is { LowMs: { } low, HighMs: { } high } timed
        ? $" ({timed.Float32MedianMs / high:F2} to {timed.Float32MedianMs / low:F2}"
            + $"{(timed.IsUnclear ? ": unclear, the machine was busy" : string.Empty)})"
        : string.Empty;

    private static string OnKinds(SearchMemory memory) =>
        memory.Spec.Options.Kinds is { } kinds ? $" on each of {string.Join(", ", kinds)}" : string.Empty;

    private static string Beside(SearchMemory memory, Plan plan) =>
        $"{memory.Ms(plan)!.Value:G4} ms against {memory.BaselineMs!.Value:G4} ms";

    // As accurate and not faster, but much smaller: the option that asks for it.
    private static string SizeHint(SearchMemory memory, IReadOnlyList<Plan> plans)
    {
        var smallest = plans.Where(memory.IsFeasible).MinBy(plan => memory.Full(plan)!.SizeBytes)!;
        var bytes = memory.Full(smallest)!.SizeBytes;
        var share = (double)bytes / memory.Full(memory.Baseline)!.SizeBytes;
        return share > LargestHint || memory.Spec.Options.Budgets > 0 ? string.Empty
            : $" {FormatShares.Of(smallest)} is accurate enough at {100 * share:0} % of the size: {JobLimits.SizeBudget.Name} {bytes} asks "
            + "for the most accurate so small.";
    }

    private static string Shown(SearchMemory memory, Plan plan) =>
        WinnerEvidence.Of(memory, plan)?.Words ?? "of unknown accuracy";
}
