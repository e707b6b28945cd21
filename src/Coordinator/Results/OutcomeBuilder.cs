namespace Cluster.Coordinator.Results;

/// <summary>Builds an outcome from a job's state.</summary>
internal static class OutcomeBuilder
{
    public static JobOutcome Build(JobState state)
    {
        var memory = state.Memory;
        var selection = state.Selection ?? throw new InvalidOperationException("A job without a winner has no outcome.");
        var searched = Measurement(memory, selection.Plan);
        var rebuilt = state.KeptBefore(PostSearchSteps.FineTuning);
        var untuned = rebuilt is null ? searched : Measurement(memory, rebuilt);
        var trial = state.Spec.Options.FineTune is FineTuneMode.Never ? null : Trial(state, memory, untuned);
        var kept = state.Kept;
        var winner = kept == rebuilt ? untuned : Measurement(memory, kept!);
        PlanMeasurement[] learned = winner == searched ? [] : winner == untuned || rebuilt is null ? [winner] : [untuned, winner];
        return new JobOutcome
        {
            Spec = state.Spec,
            Space = state.Space,
            Selection = state.Winner!,
            Stopped = state.Stopped?.Reason,
            Winner = winner,
            Evidence = WinnerEvidence.Of(memory, winner.Plan, Learned(state)),
            WorstChannel = kept is null ? memory.Parity(winner.Plan)?.WorstChannel : kept.WorstChannel,
            Float32 = Measurement(memory, memory.Baseline),
            Int8 = memory.Seen(Baselines.FirstAttempt(memory)) is null ? null : Measurement(memory, Baselines.FirstAttempt(memory)),
            Int8Best = Baselines.Best(memory) is { } best ? Measurement(memory, best) : null,
            Front = Front(memory, learned, winner),
            Fleet = Fleet.Of(memory, winner.Plan),
            PassedOver = PassedOver.Words(memory, state.Winner!.Kind, winner),
            Sensitivity = memory.Sensitivity,
            Profile = memory.Profile,
            Verdicts = VerdictBuilder.Build(
                memory,
                state.WinnerBefore(PostSearchSteps.FineTuning) is { } before && before.Plan.HasFormatsOf(winner.Plan)
                    ? before
                    : state.Winner,
                winner.Latency),
            Test = kept is null ? memory.Test : kept.Test,
            Reconstruction = state.Spec.Options.Reconstruct is ReconstructionMode.Never ? null : Reconstruction(state, memory),
            Repairs = memory.Repairs.Trials,
            Learned = kept?.Learned,
            FineTune = trial,
            Evaluations = new EvaluationCounts(
                memory.FullEvaluations,
                memory.SubsetEvaluations,
                memory.Images,
                memory.Raw(memory.Baseline)?.Answers is null ? null : memory.Labels.Given),
            Latencies =
            [
                .. memory.Latencies.Select(entry => entry.Result),
                .. state.Steps.OfType<StepCompleted>().Select(step => (step.Result as LearnedResult)?.Latency).OfType<LatencyResult>(),
            ],
            Finals = memory.Finals,
            Predictions = Predictions(memory),
            LatencyModel = LatencyModelCheck.Of(memory),
            Refused = memory.Refusals.Plans,
            Failures = [.. state.Failures],
            Evaluated = EvaluatedPlans.Of(state),
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

    private static IEnumerable<(Plan Plan, AccuracyResult Accuracy)> Learned(JobState state) => state.Steps
        .OfType<StepCompleted>()
        .Select(step => step.Result)
        .OfType<LearnedResult>()
        .Select(learned => (learned.Plan, learned.Accuracy));

    private static FineTuneTrial Trial(JobState state, SearchMemory memory, PlanMeasurement untuned)
    {
        var epochs = state.Spec.Options.Epochs!.Value;
        FineTuneTrial[] trials =
        [
            .. state.Steps.Where(step => PostSearchSteps.IsOf(step, PostSearchSteps.FineTuning)).Select(
                step => Trial(step, epochs, Started(state, memory, (FineTuneItem)step.Item))),
        ];
        return trials.Length == 0
            ? new FineTuneTrial(
                Tried: false,
                Kept: false,
                PostSearchSteps.WhyNone(state) ?? FineTuning.WhyNot(state) ?? "It was not done.",
                epochs,
                untuned)
            : trials.Reverse().Aggregate((later, earlier) => earlier with { Second = later });
    }

    private static FineTuneTrial Trial(StepEvent step, int epochs, PlanMeasurement before) => step switch
    {
        StepCompleted { Result: FineTuneResult result } tuned => new FineTuneTrial(
            Tried: true,
            tuned.Winner is not null,
            tuned.Reason,
            epochs,
            before,
            new PlanMeasurement(result.Plan, result.Accuracy, result.Latency),
            result.Learned,
            result.BestEpoch,
            result.Images,
            result.Seconds),
        StepFailed failed => new FineTuneTrial(
            Tried: true, Kept: false, $"the fine-tuning failed, the winner stays as it was: {failed.Failure.Reason}", epochs, before),
        _ => throw new ArgumentOutOfRangeException(nameof(step), step.GetType().Name, message: null),
    };

    // The plan that was trained, with its initial roundings.
    private static PlanMeasurement Started(JobState state, SearchMemory memory, FineTuneItem item) => state.Steps
        .OfType<StepCompleted>()
        .Select(step => step.Result)
        .OfType<ReconstructResult>()
        .FirstOrDefault(result => string.Equals(result.Learned, item.Learned, StringComparison.Ordinal)) is { } rebuilt
            ? Measurement(memory, rebuilt)
            : Measurement(memory, item.Plan);

    private static ReconstructionTrial Reconstruction(JobState state, SearchMemory memory)
    {
        var ended = state.Steps.Where(step => PostSearchSteps.IsOf(step, PostSearchSteps.Reconstruction)).ToLookup(RankOf);
        var whyStopped = Escalation.WhyStopped(state);
        var first = Reconstruction(state, memory, [.. ended[0]], ended.Count > 1 ? null : whyStopped);
        return ended.Count > 1 ? first with { Second = Reconstruction(state, memory, [.. ended[1]], whyStopped) } : first;
    }

    private static int RankOf(StepEvent ended) => ((ReconstructItem)ended.Item).Rank;

    private static ReconstructionTrial Reconstruction(JobState state, SearchMemory memory, StepEvent[] ended, string? whyStopped)
    {
        var target = ended is [{ Item: ReconstructItem first }, ..] ? first.Plan : null;
        ProbeTrial? probe = null;
        var methods = new List<MethodTrial>();
        var failures = new List<MethodFailure>();
        foreach (var step in ended)
        {
            var method = ((ReconstructItem)step.Item).Step;
            switch (step)
            {
                case StepCompleted { Result: WeightProbeResult result } probed:
                    probe = new ProbeTrial(result, Escalation.WeightsMatter(probed), probed.Reason);
                    break;
                case StepCompleted { Result: ReconstructResult result } rebuilt:
                    methods.Add(new MethodTrial(method, result, rebuilt.Winner is not null, rebuilt.Reason));
                    break;
                case StepFailed failed:
                    failures.Add(new MethodFailure(method, failed.Failure.Reason));
                    break;
            }
        }

        var reason = methods.LastOrDefault(method => method.Kept) is { } kept ? Said(kept)
            : methods.Count > 0 ? string.Join("; ", [.. methods.Select(Said), .. whyStopped is null ? Array.Empty<string>() : [whyStopped]])
            : failures.Count > 0 ? $"it failed, the winner stays as it was: {failures[^1].Reason}"
            : whyStopped ?? PostSearchSteps.WhyNone(state) ?? Escalation.Target(state).Reason;
        return new ReconstructionTrial(
            ended.Length > 0,
            methods.Any(method => method.Kept),
            reason,
            state.Spec.Options.Iterations!.Value,
            target is null ? null : Measurement(memory, target),
            probe,
            methods,
            failures);

        static string Said(MethodTrial trial) => $"{trial.Method.Title()}: {trial.Reason}";
    }

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
