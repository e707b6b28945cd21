namespace Cluster.Coordinator.Search.Strategies;

/// <summary>
/// Determines the winner (ADR 22). Possible winners and the plans printed next to them in a report are timed together; the fastest goes
/// through the parity gate. A refused plan returns without the differing groups, as another possible winner, and the next one follows.
/// After a stop the first timings decide, and nothing is timed for longer.
/// </summary>
/// <param name="finalists">Plans to time if those before them are refused.</param>
internal sealed class VerifiedEnding(SearchMemory memory, int finalists, Rounds rounds)
{
    // Plans that are timed together are in memory together.
    private const int Contenders = 4;

    // The same for a requested front.
    private const int FrontPlans = 12;

    // Rounds in which the nearest plans are timed until one is faster than FP32.
    private const int NearestRounds = 3;

    // The factor of a longer timing if it is unclear whether FP32 is beaten.
    private const int Patience = 4;

    public WinnerSelected? Selection { get; private set; }

    /// <exception cref="JobImpossibleException">The gate refuses every quantized plan, and not for lost channels alone.</exception>
    public IEnumerable<ProposedRound> Run() => Parts().InTurn();

    /// <summary>Times those that were timed together once more, after the job had finished: what was timed last decides.</summary>
    /// <param name="again">Which time it is.</param>
    public IEnumerable<ProposedRound> Again(int again) => rounds.Of(
        "timing the finalists again",
        memory.TimedTogether.Count == 0 ? [] : [memory.FinalTimingOf(memory.TimedTogether, Patience, again)],
        later: 2);

    private IEnumerable<IEnumerable<ProposedRound>> Parts()
    {
        while (true)
        {
            yield return Next().InTurn();

            yield return Together();

            var selection = WinnerSelector.Select(memory);
            if (!selection.Feasible && Able().Any())
            {
                // Timed together, plans that were within a latency budget may exceed it: those still within it follow.
                yield return Together();

                selection = WinnerSelector.Select(memory);
            }

            if (memory.Stopped is null && WinnerSelector.MayTurn(memory, selection))
            {
                var longer = memory.FinalTimingOf(memory.TimedTogether, Patience);
                yield return rounds.Of("timing again, too close to FP32", [longer], later: 2);

                selection = WinnerSelector.Select(memory);
            }

            if (selection.Plan.IsBaseline)
            {
                RequireOthers();
                Selection = selection;
                yield break;
            }

            var gate = memory.ParityOf(selection.Plan);
            yield return rounds.Of("parity gate: does the winner's file do what was simulated", [gate], later: 1);

            if (!memory.Refusals.Contains(selection.Plan))
            {
                Selection = selection;
                yield break;
            }

            yield return Mended(selection.Plan).InTurn();
        }
    }

    // Plans behind the refused ones, which were not timed; and, while nothing accurate enough was timed, the nearest plans, as long as the
    // latency model predicts them to be faster than FP32.
    private IEnumerable<IEnumerable<ProposedRound>> Next()
    {
        if (memory.Refusals.Count > 0)
        {
            yield return rounds.Of(
                "parity gate: the next plans on all images",
                memory.PartlySeen
                    .Select(seen => seen.Key)
                    .Where(plan => !memory.IsRefused(plan) && !memory.Refusals.Contains(plan))
                    .Take(Math.Min(finalists, memory.BudgetLeft))
                    .Select(plan => memory.AccuracyOf(plan, ImageScope.Full)),
                later: 4);

            yield return rounds.Of(
                "parity gate: latency of the next finalists",
                WinnerSelector.Finalists(memory, finalists).Select(memory.LatencyOf),
                later: 2);
        }

        for (var i = 0; i < NearestRounds && !Able().Any() && !TimedNearest().Any(); i++)
        {
            var nearest = WinnerSelector.Nearest(memory).Take(Contenders).ToArray();
            yield return rounds.Of(
                "latency of the nearest",
                (nearest.Length > 0 ? nearest : WinnerSelector.MostAccurateFirst(memory).Take(1)).Select(memory.LatencyOf),
                later: 3);
        }
    }

    private IEnumerable<ProposedRound> Together()
    {
        var contenders = Able().Concat(Able().Any() ? [] : TimedNearest()).Take(Contenders).ToArray();
        if (memory.Finals.Count > 0 && contenders.All(memory.IsTimedLast))
        {
            return [];
        }

        if (memory.BaselineMs is null)
        {
            return rounds.Of("latency of FP32, as nothing was timed beside it", [memory.LatencyOf(memory.Baseline)], later: 2);
        }

        if (memory.Stopped is not null && memory.Finals.Count == 0)
        {
            return [];
        }

        var front = ParetoFront.Of(
            Measured().Select(plan => (plan, memory.Full(plan)!.Loss, memory.Ms(plan)!.Value)), memory.Simplest);
        var plans = contenders
            .Concat(front.Take(memory.Objective.Goal == SearchGoal.Front ? FrontPlans : Contenders))
            .Concat(Baselines.Best(memory) is { } best && memory.Ms(best) is not null ? [best] : [])
            .Distinct()
            .ToArray();
        return plans.Length == 0 ? [] : rounds.Of("latency of the finalists, together", [memory.FinalTimingOf(plans)], later: 2);
    }

    private IEnumerable<Plan> TimedNearest() => WinnerSelector.Nearest(memory).Where(plan => memory.Ms(plan) is not null);

    // The groups that differed are set to FP32: the runtime should then compute the plan as simulated.
    private IEnumerable<IEnumerable<ProposedRound>> Mended(Plan refused)
    {
        var plan = memory.Refusals.Without(refused);
        if (plan.Equals(refused) || plan.IsBaseline)
        {
            yield break;
        }

        WorkItem[] accuracy = [memory.AccuracyOf(plan, ImageScope.Full)];
        yield return rounds.Of("parity gate: without the groups that differ", accuracy.Take(memory.BudgetLeft), later: 3);

        WorkItem[] latency = memory.Full(plan) is not null && memory.IsFeasible(plan) ? [memory.LatencyOf(plan)] : [];
        yield return rounds.Of("parity gate: latency without the groups that differ", latency, later: 2);
    }

    private IEnumerable<Plan> Measured() =>
        memory.FullPlans.Where(plan => !plan.IsBaseline && memory.Ms(plan) is not null && !memory.Refusals.Contains(plan));

    // Fastest first, or most accurate first if that is the goal; ties are in the order of simplicity, so that noise does not decide which
    // of many is timed again. Of those with the same formats one is enough.
    private IEnumerable<Plan> Able() => memory.Objective.IsMostAccurate
        ? WinnerSelector.MostAccurateFirst(memory).Where(plan => memory.Ms(plan) is not null && memory.IsFeasible(plan))
        : WinnerSelector.OfTied(memory, Measured().Where(memory.IsFeasible))
            .Distinct(Plan.ByFormats)
            .OrderBy(plan => memory.Ms(plan))
            .ThenBy(plan => plan, memory.Simplest);

    private void RequireOthers()
    {
        if (memory.Refusals.AnyDefect && memory.FullPlans.All(plan => plan.IsBaseline || memory.Refusals.Contains(plan)))
        {
            var refusals = memory.Refusals;
            throw new JobImpossibleException(
                $"The parity gate refused every quantized plan that was accurate enough to be tried, {refusals.Count} in all. The first: "
                + $"{refusals.First} Nothing was published; the journal is kept. "
                + (refusals.FirstGroup is { } group
                    ? $"Run again with --keep-fp32 '{group}', and please report it: it is a defect."
                    : "Please report it: it is a defect."));
        }
    }
}
