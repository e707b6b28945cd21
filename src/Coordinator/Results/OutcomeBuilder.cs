namespace Cluster.Coordinator.Results;

/// <summary>Builds an outcome and its result from a job's state.</summary>
internal static class OutcomeBuilder
{
    public static JobOutcome Build(JobState state)
    {
        var memory = state.Memory;
        var selection = state.Selection ?? throw new InvalidOperationException("A job without a winner has no outcome.");
        var searched = Measurement(memory, selection.Plan);
        var rebuilt = state.KeptBefore(PostSearchSteps.FineTuning);
        var untuned = rebuilt is null ? searched : Measurement(memory, rebuilt);
        var kept = state.Kept;
        var winner = kept == rebuilt ? untuned : Measurement(memory, kept!);
        PlanMeasurement[] learned = winner == searched ? [] : winner == untuned || rebuilt is null ? [winner] : [untuned, winner];
        return new JobOutcome
        {
            Spec = state.Spec,
            Space = state.Space,
            Result = Result(state, untuned, winner, learned),
            Winner = winner,
            Evaluated = EvaluatedPlans.Of(state),
            Quiet = kept is null ? memory.Parity(winner.Plan)?.Quiet : kept.Quiet,
            WorstChannel = kept is null ? memory.Parity(winner.Plan)?.WorstChannel : kept.WorstChannel,
            Learned = kept?.Learned,
            Trained =
            [
                .. state.Steps.OfType<StepCompleted>().Select(step => step.Result).OfType<FineTuneResult>().Where(tuned => tuned != kept),
            ],
            Profile = memory.Profile,
            Latencies =
            [
                .. memory.Latencies.Select(entry => entry.Result),
                .. state.Steps.OfType<StepCompleted>().Select(step => (step.Result as LearnedResult)?.Latency).OfType<LatencyResult>(),
            ],
            Finals = memory.Finals,
            Failures =
            [
                .. state.Failures.Select(failed => new FailedWork(state.Items[failed.Sequence].Title, failed.Failure, failed.Attempts)),
            ],
        };
    }

    /// <summary>The fastest accurate plan so far, else the most accurate, or null before any quantized plan was evaluated.</summary>
    public static PlanMeasurement? BestSoFar(SearchMemory memory)
    {
        if (memory.Full(memory.Baseline) is null)
        {
            return null;
        }

        var finalists = WinnerSelector.Finalists(memory, 1);
        var best = (memory.Objective.IsMostAccurate ? null : WinnerSelector.Fastest(memory))
            ?? (finalists.Count > 0 ? finalists[0] : WinnerSelector.MostAccurate(memory));
        return best is null ? null : Measurement(memory, best);
    }

    /// <summary>How the plans stand so far or, with a winner, at the end.</summary>
    /// <param name="memory">All results.</param>
    /// <param name="winner">The winner, or null before there is one.</param>
    /// <param name="kept">The winner's file with learned numbers, or null.</param>
    internal static Standing Stand(SearchMemory memory, WinnerSelected? winner, LearnedResult? kept)
    {
        var (best, misses) = BestAndMisses(memory);
        var chosen = kept is not null ? Measurement(memory, kept) : winner is not null ? Measurement(memory, winner.Plan) : best;
        var kind = winner?.Kind ?? (memory.Objective.IsMostAccurate ? WinnerKind.MostAccurate : WinnerKind.Faster);
        return chosen is null
            ? new Standing(best, misses, [], PassedOver: null)
            : new Standing(
                best, misses, Front(memory, kept is null ? [] : [chosen], chosen), PassedOver.Words(memory, kind, chosen));
    }

    /// <summary><see cref="BestSoFar"/>, and whether it misses a bound, because no quantized plan so far meets all of them.</summary>
    internal static (PlanMeasurement? Best, bool Misses) BestAndMisses(SearchMemory memory) =>
        BestSoFar(memory) is { } best ? (best, !memory.IsFeasible(best.Plan)) : (null, false);

    /// <summary>Plans with learned numbers, with their accuracies.</summary>
    internal static IEnumerable<(Plan Plan, AccuracyResult Accuracy)> Learned(JobState state) => state.Steps
        .OfType<StepCompleted>()
        .Select(step => step.Result)
        .OfType<LearnedResult>()
        .Select(learned => (learned.Plan, learned.Accuracy));

    private static Dictionary<string, string>? GivenNames(JobOptions options)
    {
        var others = options.Methods.Zip(options.CanonicalMethods)
            .Where(name => !string.Equals(name.First, name.Second, StringComparison.Ordinal))
            .ToDictionary(name => name.First, name => name.Second, StringComparer.Ordinal);
        return others.Count > 0 ? others : null;
    }

    private static ResultDocument Result(JobState state, PlanMeasurement untuned, PlanMeasurement winner, PlanMeasurement[] learned)
    {
        var (spec, space, memory) = (state.Spec, state.Space, state.Memory);
        var (options, selection) = (spec.Options, state.Winner!);
        var (first, best) = (Baselines.FirstAttempt(memory), Baselines.Best(memory));
        var trials = new LearnedResults(state, plan => Measurement(memory, plan), made => Measurement(memory, made));
        var evidence = WinnerEvidence.Of(memory, winner.Plan, Learned(state));
        ResultPlan Describe(PlanMeasurement measured) => Interval(ResultPlans.Of(measured, memory.Seen(memory.Baseline)), winner, evidence);
        var test = (state.Kept is { } made ? made.Test : memory.Test) is { } tested ? ResultPlans.Test(tested, options.Measure) : null;
        var kind = selection.KindBy(winner.Latency);
        return new ResultDocument
        {
            Job = new ResultJob(
                spec.JobId,
                options.Seed,
                options.Target,
                options.CanonicalMethods,
                options.MaxDrop,
                options.Confidence,
                options.BudgetEvaluations,
                new ResultDigests(spec.ModelDigest, spec.Data.Calibration, spec.Data.Evaluation, spec.Data.Test, spec.Data.Training),
                spec.Versions,
                options.Metric,
                options.MetricCommand,
                options.MaxDropIsRelative,
                spec.Prepared,
                GivenNames(options)),
            Model = new ResultModel(
                string.Empty, spec.ModelDigest, SizeBytes: 0, space.Groups.Count, space.Macs, space.Groups.Sum(group => group.Parameters)),
            Baselines = new ResultBaselines(
                Describe(Measurement(memory, memory.Baseline)),
                memory.Seen(first) is null ? null : Describe(Measurement(memory, first)),
                best is null ? null : Describe(Measurement(memory, best)),
                memory.Profile?.Given is { } given && Ties.IsFaster(given.Float32MedianMs, given.LowMs ?? given.MedianMs)
                    ? given
                    : null),
            Winner = Describe(winner),
            Decision = new ResultDecision(
                kind,
                selection.Feasible,
                selection.Reason,
                !winner.Plan.IsBaseline,
                state.Stopped?.Reason,
                PassedOver.Words(memory, selection.Kind, winner)),
            Verdict = ResultVerdict.Of(kind, LossVerdict.Of(evidence, test?.Drop), memory.IsDataDoubted),
            Warnings = new[] { memory.Doubt, memory.Unseen }.OfType<string>().ToArray() is { Length: > 0 } warnings ? warnings : null,
            Proof = spec.Deployed is null ? null : StandingProof.Of(memory),
            Evidence = evidence is null ? null : ResultEvidence.Of(evidence),
            Front = [.. Front(memory, learned, winner).Select(Describe)],
            Fleet = Fleet.Of(memory, winner.Plan),
            Evaluations = new EvaluationCounts(
                memory.FullEvaluations,
                memory.SubsetEvaluations,
                memory.Images,
                memory.Raw(memory.Baseline)?.Answers is null ? null : memory.Labels.Given),
            Sensitivity = memory.Sensitivity?.Groups ?? [],
            Groups = spec.Deployed is not null ? [] : VerdictBuilder.Build(
                memory,
                state.WinnerBefore(PostSearchSteps.FineTuning) is { } before && before.Plan.HasFormatsOf(winner.Plan) ? before : selection,
                winner.Latency),
            Predictions = Predictions(memory),
            LatencyModel = LatencyModelCheck.Of(memory),
            Test = test,
            Repairs = memory.Repairs.Trials is { Count: > 0 } repairs ? repairs : null,
            Reconstruction = options.Reconstruct is ReconstructionMode.Never ? null : trials.Reconstruction(),
            FineTune = options.FineTune is FineTuneMode.Never ? null : trials.Tuning(untuned),
            Refused = memory.Refusals.Plans is { Count: > 0 } refused ? [.. refused] : null,
            Timings = new ResultTimings(0, new Dictionary<string, double>()),
        };
    }

    // A winner's loss has one interval, which allows for its choice.
    private static ResultPlan Interval(ResultPlan plan, PlanMeasurement winner, DropEvidence? evidence) =>
        evidence is not null && plan.Accuracy is { } accuracy && plan.Plan.Equals(winner.Plan)
            ? plan with { Accuracy = accuracy with { DropCi95 = [evidence.Interval.Low, evidence.Interval.High] } }
            : plan;

    // Values that a table prints together were measured together, or at least relative to FP32 and shown next to the same FP32.
    private static PlanMeasurement Measurement(SearchMemory memory, LearnedResult learned) => new(
        learned.Plan,
        memory.Settled(learned.Accuracy),
        Beside(memory, learned.Latency));

    private static PlanMeasurement Measurement(SearchMemory memory, Plan plan) =>
        new(plan, memory.Seen(plan), plan.IsBaseline ? Float32Latency(memory) : Beside(memory, memory.Shown(plan)));

    private static LatencyResult? Beside(SearchMemory memory, LatencyResult? latency) =>
        memory.Finals is [.., var last] ? latency?.Beside(last.Plans[0].Float32MedianMs) : latency;

    private static LatencyResult? Float32Latency(SearchMemory memory) =>
        (memory.Finals is [.., var last] ? last.Plans[0] : memory.Latencies is [var (_, first), ..] ? first : null) is { } beside
            ? beside with
            {
                PlanDigest = memory.Baseline.Digest,
                MedianMs = beside.Float32MedianMs,
                IqrMs = beside.Float32IqrMs,
                LowMs = null,
                HighMs = null,
            }
            : null;

    // A plan with learned numbers is a separate point: the same kernels in the same places, and more accurate. Plans that beat the winner
    // but did not win are left out, and PassedOver says why: the front shows the choices.
    private static IReadOnlyList<PlanMeasurement> Front(SearchMemory memory, IEnumerable<PlanMeasurement> learned, PlanMeasurement winner)
    {
        var measured = memory.FullPlans
            .Where(plan => !memory.Refusals.Contains(plan))
            .Select(plan => Measurement(memory, plan))
            .Concat(learned)
            .Where(one => PassedOver.Ms(memory, one) is not null)
            .Where(one => one.Plan.Equals(winner.Plan) || !PassedOver.Beats(memory, one, winner))
            .ToDictionary(one => one.Plan);
        var entries = measured.Values.Select(one => (one.Plan, one.Accuracy!.Loss, PassedOver.Ms(memory, one)!.Value));
        return [.. ParetoFront.Of(entries, memory.Simplest).Select(plan => measured[plan])];
    }

    private static IReadOnlyList<LatencyPrediction> Predictions(SearchMemory memory) => memory.Model is not { } model
        ? []
        : [.. memory.Latencies.Select(
            entry =>
                new LatencyPrediction(entry.Plan.Digest, model.Predict(entry.Plan), memory.Ms(entry.Plan)!.Value))];
}

/// <summary>Finds in a journal's state the plans that the outcome's front leaves out.</summary>
internal static class EvaluatedPlans
{
    /// <summary>
    /// Every plan with an accuracy or a latency, in the order in which they were first measured. An accuracy on the whole evaluation
    /// set goes before one on a part.
    /// </summary>
    public static IReadOnlyList<PlanMeasurement> Of(JobState state)
    {
        var found = new OrderedDictionary<string, PlanMeasurement>(StringComparer.Ordinal);
        foreach (var (proposed, result) in state.Rounds.SelectMany(round => round.Items).Zip(state.Results))
        {
            switch (proposed.Item, result)
            {
                case (AccuracyItem item, AccuracyResult accuracy):
                    var looked = Known(found, item.Plan);
                    found[item.Plan.Digest] = item.Images.IsFull ? looked with { Accuracy = accuracy }
                        : looked with { Accuracy = looked.Accuracy ?? accuracy with { Part = item.Images } };
                    break;
                case (LatencyItem item, LatencyResult):
                    found[item.Plan.Digest] = Known(found, item.Plan);
                    break;
            }
        }

        foreach (var (digest, known) in found.ToArray())
        {
            found[digest] = known with { Latency = state.Memory.Shown(known.Plan) };
        }

        foreach (var rebuilt in state.Steps.OfType<StepCompleted>().Select(step => step.Result).OfType<ReconstructResult>())
        {
            found[rebuilt.Plan.Digest] = new PlanMeasurement(rebuilt.Plan, rebuilt.Accuracy, rebuilt.Latency);
        }

        return [.. found.Values];
    }

    private static PlanMeasurement Known(OrderedDictionary<string, PlanMeasurement> found, Plan plan) =>
        found.TryGetValue(plan.Digest, out var known) ? known : new PlanMeasurement(plan, Accuracy: null, Latency: null);
}
