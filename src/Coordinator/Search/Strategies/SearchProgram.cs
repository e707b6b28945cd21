namespace Cluster.Coordinator.Search.Strategies;

/// <summary>
/// The frame of every strategy: baselines, speed and sensitivity, the strategy's own exploration, speed polish, latency of the finalists,
/// and the winner's test. A search as a program that requests rounds: the caller puts the results of a round into the program's memory
/// before it requests the next one.
/// </summary>
internal sealed class SearchProgram(SearchMemory memory, Rounds rounds, IExploration exploration)
{
    // The round of speed and sensitivity, plus one sweep and one timing for each further format.
    private int SpeedItems => 4 + (2 * memory.Formats.Others.Count());

    // For each format the learning, and the accuracy of two plans with the learned roundings.
    private int RepairItems => 3 * memory.Repairs.Count;

    // Timed variants of two plans without their first or last groups, and the evaluated ones of these.
    private const int UsualItems = 14;

    // The final timing and its retry, those of the nearest plans, the parity gates of the winner and of a repaired one, the winner's test.
    private const int LastItems = 10;

    // Images of the sensitivity sweep.
    private const int SensitivityImages = 256;

    // Rounds of speed polish, and the plans that one of them times.
    private const int PolishRounds = 4;
    private const int PolishPlans = 3;

    // Milliseconds of an FP32 run below which the profile, which counts whole microseconds per kernel, does not decide which plans are
    // worth timing.
    private const double ShortMs = 1;

    // Plans that the final round may time.
    private const int MostFinalists = 6;

    // Plans that are timed after a stop.
    private const int FinalPlans = 3;

    // Most items of the rounds after the exploration.
    private const int Tail = UsualItems + (PolishRounds * (1 + PolishPlans + 2)) + MostFinalists + LastItems;

    private readonly StagedEvaluation _stages = new(memory, rounds);

    // For a front every plan is timed.
    private int Finalists => memory.Objective.Goal == SearchGoal.Front ? int.MaxValue : MostFinalists;

    private Plan? _start;
    private Phase _phase;

    private enum Phase
    {
        Baselines,
        Exploration,
        Polish,
        Last,
    }

    /// <summary>The winner; null until the rounds have ended, or the winner's test is proposed.</summary>
    public WinnerSelected? Selection { get; private set; }

    /// <summary>Items that may follow the current round if the search goes on as long as it can.</summary>
    public int Most => _phase switch
    {
        Phase.Baselines => SpeedItems + RepairItems + Exploration() + Tail,
        Phase.Exploration => Exploration() + Tail,
        Phase.Polish => Tail,
        _ => FinalPlans + LastItems,
    };

    /// <summary>The rounds of the search. Enumerated once.</summary>
    public IEnumerable<ProposedRound> Run() => Parts().InTurn();

    /// <summary>
    /// The rounds after a stop of the search: the missing results that every answer needs. Enumerated once, instead of the rest of
    /// <see cref="Run"/>. Items proposed before the stop and not done may be requested again.
    /// </summary>
    public IEnumerable<ProposedRound> Finish() => End(new Rounds(memory), "stopped").InTurn();

    private IEnumerable<IEnumerable<ProposedRound>> Parts()
    {
        if (memory.Spec.Deployed is { Plan: var deployed })
        {
            yield return Prove(deployed).InTurn();
            yield break;
        }

        if (BudgetCheck.Unreachable(memory) is not null)
        {
            yield return End(rounds, "budget out of reach").InTurn();
            yield break;
        }

        yield return Uniform().InTurn();
        if (_start is { } start)
        {
            yield return Search(start).InTurn();
        }

        yield return Choose(rounds).InTurn();
    }

    // Everything that the deployed file was promised by, measured anew.
    private IEnumerable<IEnumerable<ProposedRound>> Prove(Plan deployed)
    {
        _phase = Phase.Last;
        yield return rounds.Of("FP32", [memory.AccuracyOf(memory.Baseline, ImageScope.Full)], later: 5);

        RequireFloat32();
        yield return rounds.Of(
            "the deployed winner: accuracy, gate, ranges",
            [
                memory.AccuracyOf(deployed, ImageScope.Full),
                memory.ParityOf(deployed),
                memory.RangesOf(deployed),
                memory.LatencyOf(deployed),
            ],
            later: 1);

        yield return rounds.Of("the deployed winner: latency", [memory.FinalTimingOf([deployed])], later: 1);

        Selection = StandingProof.Of(memory).Selection(memory);
    }

    // The results that a winner needs for comparison, and the best available plan.
    private IEnumerable<IEnumerable<ProposedRound>> End(Rounds left, string why)
    {
        _phase = Phase.Last;
        var baselines = new[] { memory.Baseline, Baselines.FirstAttempt(memory) }.Where((_, i) => i == 0 || !WinnerSelector.HasAny(memory));
        yield return left.Of(
            $"{why}: baselines", baselines.Select(plan => memory.AccuracyOf(plan, ImageScope.Full)), later: FinalPlans + 1);

        RequireFloat32();
        yield return left.Of(
            $"{why}: latency of the best so far", WinnerSelector.Best(memory, FinalPlans).Select(memory.LatencyOf), later: 1);

        yield return Choose(left).InTurn();
    }

    private IEnumerable<IEnumerable<ProposedRound>> Choose(Rounds last)
    {
        _phase = Phase.Last;
        var ending = new VerifiedEnding(memory, Finalists, last);
        for (var again = 1; ; again++)
        {
            yield return ending.Run();

            var selection = Selection = ending.Selection!;
            yield return memory.Spec.Data.Test is null ? [] : last.Of("test of the winner", [memory.TestOf(selection.Plan)], later: 0);

            if (again > memory.Retimings)
            {
                yield break;
            }

            yield return ending.Again(again);
        }
    }

    private IEnumerable<IEnumerable<ProposedRound>> Uniform()
    {
        var attempt = Baselines.FirstAttempt(memory);
        var choice = memory.CalibratorsOf(attempt);
        IEnumerable<WorkItem> first = [.. choice is null ? [] : new[] { choice }, memory.AccuracyOf(memory.Baseline, ImageScope.Full)];
        yield return rounds.Of(choice is null ? "FP32" : "FP32, and the calibrator of each group", first, later: 9);

        RequireFloat32();
        yield return _stages.AtBest(
            "baselines",
            Baselines.Corrected(memory).Prepend(attempt).Concat(Baselines.Others(memory)),
            () => memory.Formats.All.Skip(1).Select(format => Baselines.Best(memory, format)).OfType<Plan>(),
            later: 8);

        _start = BudgetCheck.Unreachable(memory) is null ? Baselines.Best(memory) : null;
    }

    private int Exploration() =>
        Math.Min(memory.BudgetLeft, exploration.Most(_start ?? Baselines.FirstAttempt(memory))) + exploration.MostTimings;

    private void RequireFloat32()
    {
        if (memory.Full(memory.Baseline) is null)
        {
            var failure = memory.Failure(memory.AccuracyOf(memory.Baseline, ImageScope.Full));
            throw new JobImpossibleException(failure is { Kind: FailureKind.InvalidCandidate }
                ? failure.Reason
                : $"The FP32 network itself could not be evaluated ({failure?.Reason}): correct the model or the data.");
        }
    }

    private IEnumerable<IEnumerable<ProposedRound>> Search(Plan start)
    {
        IEnumerable<WorkItem> speed =
        [
            .. memory.SensitivityOf(start, SensitivityImages),
            memory.LatencyOf(start),
            .. memory.Formats.Others.SelectMany<GroupFormat, WorkItem>(format =>
            [
                .. memory.SensitivityOf(start, SensitivityImages, format),
                .. Baselines.Best(memory, format) is { } best ? [memory.LatencyOf(best)] : Array.Empty<WorkItem>(),
            ]),
            memory.ProfileOf(Baselines.Whole(memory, start)),
        ];
        yield return rounds.Of($"speed and sensitivity of all groups in {string.Join(", ", memory.Formats.All.Skip(1))}", speed, later: 6);

        start = Baselines.Start(memory) ?? start;
        yield return Repair(start).InTurn();

        start = Baselines.Start(memory) ?? start;
        var from = start;
        if (memory.Spec.Options.LatencyBudgetMs is not null)
        {
            yield return Reach(start).InTurn();

            if (BudgetCheck.Unreachable(memory) is not null)
            {
                yield break;
            }

            from = WithinBudget(start);
        }

        _phase = Phase.Exploration;
        yield return exploration.Explore(from);

        _phase = Phase.Polish;
        yield return (memory.Objective.IsMostAccurate ? Settle() : Usual(start).Concat(Polish(start))).InTurn();

        yield return rounds.Of(
            "the nearest, as nothing is accurate enough", Nearest().Select(plan => memory.AccuracyOf(plan, ImageScope.Full)), later: 4);

        yield return rounds.Of("latency of the finalists", WinnerSelector.Best(memory, Finalists).Select(memory.LatencyOf), later: 1);
    }

    // Of the plans refused after a part of the images: the one that diverges least of those predicted to be faster than FP32, and those
    // that learning may rescue.
    private IEnumerable<Plan> Nearest() => WinnerSelector.Finalists(memory, 1).Count > 0 || memory.Objective.Goal != SearchGoal.Fastest
        ? []
        : memory.PartlySeen
            .Where(seen => memory.Model is not { } model || model.Predict(seen.Key) < memory.BaselineMs)
            .OrderBy(seen => seen.Value.Kl)
            .Take(1)
            .Select(seen => seen.Key)
            .Concat(LossyPlan.Hopes(memory).Select(hope => hope.Plan))
            .Take(memory.BudgetLeft);

    // If no search is necessary, learned roundings cannot matter.
    private bool IsAnsweredBy(Plan start) =>
        memory.BudgetLeft == 0 || (memory.Objective.Goal == SearchGoal.Fastest && memory.IsFeasible(start));

    private IEnumerable<IEnumerable<ProposedRound>> Repair(Plan start)
    {
        foreach (var method in memory.Repairs.Methods)
        {
            if (IsAnsweredBy(Baselines.Start(memory) ?? start) || (method != memory.Repairs.Methods[0] && !MayBeFaster(start)))
            {
                yield break;
            }

            var price = memory.Repairs.Seconds(method) is { } seconds
                ? $" by {method.Title()}, {RungPrice.Words(seconds)} a format"
                : string.Empty;
            yield return rounds.Of($"repair: roundings of all layers{price}", Baselines.Repairs(memory, method), later: 8);

            var plans = memory.Formats.All.SelectMany(memory.Repairs.Plans)
                .Select(plan => memory.AccuracyOf(plan, ImageScope.Full))
                .Where(item => !memory.Knows(item))
                .Take(memory.BudgetLeft);
            yield return rounds.Of(
                "repair: all groups with what was learned",
                plans,
                later: 8,
                decisive: () => Baselines.Start(memory) is { } start ? [start] : []);
        }
    }

    // What is not faster than FP32 by more than a tie does not win, however its weights are rounded.
    private bool MayBeFaster(Plan start) =>
        memory is not { Model: { } model, BaselineMs: { } float32 } || Ties.IsFaster(model.Predict(start), float32);

    /// <summary>Times plans that are predicted to be faster until one is within the latency budget, or none is predicted to be.</summary>
    private IEnumerable<IEnumerable<ProposedRound>> Reach(Plan start)
    {
        for (var i = 0; i < PolishRounds && !IsReached(); i++)
        {
            var fastest = memory.Latencies.MinBy(entry => memory.Ms(entry.Plan)).Plan;
            var candidates = fastest is null ? [] : SpeedMoves.Propose(memory, start, fastest, PolishPlans);
            if (BudgetCheck.Unreachable(
                memory, candidates.Select(plan => memory.Model!.Predict(plan)).DefaultIfEmpty(double.MaxValue).Min()) is not null)
            {
                yield break;
            }

            yield return rounds.Of("budget: plans predicted to be faster", candidates.Select(memory.LatencyOf), later: 20);
        }
    }

    private bool IsReached() =>
        memory.Latencies.Any(entry => memory.Ms(entry.Plan) <= memory.Spec.Options.LatencyBudgetMs);

    // If the fully quantized plan is too slow, the search for the most accurate starts at the fastest one.
    private Plan WithinBudget(Plan start) => !memory.Objective.IsMostAccurate || memory.Objective.Fits(start)
        ? start
        : memory.Latencies.Select(entry => entry.Plan).Where(memory.Objective.Fits).MinBy(plan => memory.Ms(plan)) ?? start;

    /// <summary>Times the most accurate plans until the best of them is known to be within the budgets.</summary>
    private IEnumerable<IEnumerable<ProposedRound>> Settle()
    {
        for (var i = 0; i < PolishRounds; i++)
        {
            var best = WinnerSelector.Finalists(memory, PolishPlans);
            yield return rounds.Of(
                "budget: accuracy of what is within it",
                memory.Latencies.Select(entry => entry.Plan)
                    .Where(plan => best.Count == 0 && !plan.IsBaseline && memory.Objective.Fits(plan))
                    .Distinct()
                    .Select(plan => memory.AccuracyOf(plan, ImageScope.Full)),
                later: 4);

            yield return rounds.Of("budget: latency of the most accurate", best.Select(memory.LatencyOf), later: 2);
        }
    }

    private IEnumerable<IEnumerable<ProposedRound>> Usual(Plan start)
    {
        if (memory.BaselineMs is not { } float32Ms)
        {
            yield break;
        }

        // Timing a plan of a large network takes seconds; there a prediction is good enough to leave out slower plans.
        var bases = WinnerSelector.Finalists(memory, 1).Prepend(start).Distinct().ToArray();
        var bound = float32Ms < ShortMs
            ? SkipMoves.HopelessFactor * float32Ms
            : bases.Select(plan => memory.Ms(plan) ?? float32Ms).Append(float32Ms).Min();
        var plans = UsualPlans.Of(bases).Where(plan => !(memory.Model?.Predict(plan) > bound)).ToArray();
        yield return rounds.Of("speed: without the first or the last groups", plans.Select(memory.LatencyOf), later: 5);

        var least = plans.Concat(bases).Select(memory.Ms).Append(float32Ms).Min()!.Value;
        var faster = plans
            .Where(plan => memory.Ms(plan) is { } ms && !Ties.IsFaster(least, ms) && Ties.IsFaster(ms, float32Ms))
            .OrderBy(plan => plan, memory.Simplest)
            .Take(Math.Min(2, memory.BudgetLeft));
        yield return _stages.Of("speed: accuracy of the faster ones", faster, later: 4);
    }

    /// <summary>Times plans that are predicted faster than the fastest accurate one, and evaluates those that really are.</summary>
    private IEnumerable<IEnumerable<ProposedRound>> Polish(Plan start)
    {
        for (var i = 0; i < PolishRounds; i++)
        {
            yield return rounds.Of("latency of the best so far", WinnerSelector.Finalists(memory, 1).Select(memory.LatencyOf), later: 4);

            var incumbent = WinnerSelector.Fastest(memory);
            var candidates = incumbent is null ? [] : SpeedMoves.Propose(memory, start, incumbent, PolishPlans);
            yield return rounds.Of("speed: plans predicted to be faster", candidates.Select(memory.LatencyOf), later: 4);

            if (candidates.Count == 0)
            {
                yield break;
            }

            var faster = candidates
                .Where(
                    plan => memory.Ms(plan) is { } ms
                        && Ties.IsFaster(ms, Math.Min(memory.Ms(incumbent!)!.Value, memory.BaselineMs!.Value)))
                .OrderBy(plan => memory.Ms(plan))
                .ThenBy(plan => plan, memory.Simplest)
                .Take(Math.Min(2, memory.BudgetLeft));
            yield return _stages.Of("speed: accuracy of the faster ones", faster, later: 4);
        }
    }
}
