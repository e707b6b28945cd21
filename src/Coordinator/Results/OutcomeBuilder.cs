using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Plans;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Search.Decisions;
using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Results;

/// <summary>Reads an outcome off a job's state.</summary>
internal static class OutcomeBuilder
{
    public static JobOutcome Build(JobState state)
    {
        var memory = SearchMemory.Of(state);
        var selection = state.Selection ?? throw new InvalidOperationException("A job without a winner has no outcome.");
        var searched = Measurement(memory, selection.Plan);
        var rebuilt = state.Reconstructed?.Result;
        var untuned = rebuilt is null ? searched : new PlanMeasurement(rebuilt.Plan, rebuilt.Accuracy, rebuilt.Latency);
        var trial = state.Spec.Options.FineTune is FineTuneMode.Never ? null : Trial(state, untuned);
        var tuned = state.FineTune is { Winner: not null } kept ? kept.Result : null;
        var winner = tuned is null ? untuned : trial!.After!;
        return new JobOutcome
        {
            Spec = state.Spec,
            Space = state.Space,
            Selection = state.Winner!,
            Winner = winner,
            Evidence = WinnerEvidence.Of(memory, winner.Plan, state.Winner!.Feasible, Learned(state, memory)),
            Float32 = Measurement(memory, memory.Float32),
            Int8 = memory.Full(Baseline.Int8(memory)) is null ? null : Measurement(memory, Baseline.Int8(memory)),
            Int8Best = Baseline.Int8Best(memory) is { } best ? Measurement(memory, best) : null,
            Front = Front(memory, winner == searched ? [] : winner == untuned || rebuilt is null ? [winner] : [untuned, winner]),
            Sensitivity = memory.Sensitivity,
            Profile = memory.Profile,
            Verdicts = VerdictBuilder.Build(memory, state.Untuned!),
            Test = tuned is not null ? tuned.Test : rebuilt is not null ? rebuilt.Test : memory.Test,
            Reconstruction = state.Spec.Options.Reconstruct is ReconstructionMode.Never ? null : Reconstruction(state, memory),
            Learned = tuned?.Learned ?? rebuilt?.Learned,
            FineTune = trial,
            Evaluations = new EvaluationCounts(memory.FullEvaluations, memory.SubsetEvaluations, memory.Images),
            Latencies =
            [
                .. memory.Latencies.Select(entry => entry.Result),
                .. state.Escalation.OfType<ReconstructionCompleted>().Select(step => step.Result.Latency).OfType<LatencyResult>(),
                .. state.FineTune?.Result.Latency is { } last ? [last] : Array.Empty<LatencyResult>(),
            ],
            Predictions = Predictions(memory),
            Failures = [.. state.Failures],
        };
    }

    /// <summary>The fastest accurate plan so far, else the most accurate, or null before any quantized plan was evaluated.</summary>
    public static PlanMeasurement? BestSoFar(JobState state) => BestSoFar(SearchMemory.Of(state));

    /// <inheritdoc cref="BestSoFar(JobState)"/>
    public static PlanMeasurement? BestSoFar(SearchMemory memory)
    {
        if (memory.Full(memory.Float32) is null)
        {
            return null;
        }

        var finalists = WinnerSelector.Finalists(memory, 1);
        var best = WinnerSelector.Fastest(memory) ?? (finalists.Count > 0 ? finalists[0] : WinnerSelector.MostAccurate(memory));
        return best is null ? null : Measurement(memory, best);
    }

    // Scaled by the FP32 runs that were interleaved, as the search scales its own.
    private static IEnumerable<(Plan Plan, AccuracyResult Accuracy, double? Ms)> Learned(JobState state, SearchMemory memory)
    {
        foreach (var step in state.Escalation.OfType<ReconstructionCompleted>())
        {
            yield return (step.Result.Plan, step.Result.Accuracy, Ms(step.Result.Latency));
        }

        if (state.FineTune is { Result: var tuned })
        {
            yield return (tuned.Plan, tuned.Accuracy, Ms(tuned.Latency));
        }

        double? Ms(LatencyResult? latency) => latency is null ? null : latency.MedianMs * (memory.Float32Ms / latency.Float32MedianMs);
    }

    private static FineTuneTrial Trial(JobState state, PlanMeasurement before)
    {
        var epochs = state.Spec.Options.Epochs!.Value;
        if (state.FineTune is { Result: var result } tuned)
        {
            return new FineTuneTrial(
                Tried: true,
                tuned.Winner is not null,
                tuned.Reason,
                epochs,
                before,
                new PlanMeasurement(result.Plan, result.Accuracy, result.Latency),
                result.Learned,
                result.BestEpoch,
                result.Images,
                result.Seconds);
        }

        return state.FineTuneFailure is { } failed
            ? new FineTuneTrial(
                Tried: true, Kept: false, $"the fine-tuning failed, the winner stays as it was: {failed.Failure.Reason}", epochs, before)
            : new FineTuneTrial(Tried: false, Kept: false, FineTuneDecision.WhyNot(state) ?? "It was not done.", epochs, before);
    }

    private static ReconstructionTrial Reconstruction(JobState state, SearchMemory memory)
    {
        var target = state.Escalation.Count > 0
            ? new ReconstructionTarget(ReconstructionDecision.ItemOf(state.Escalation[0]).Plan, string.Empty)
            : ReconstructionDecision.Target(state);
        var steps = state.Escalation.OfType<ReconstructionCompleted>().ToArray();
        var failures = state.Escalation.OfType<ReconstructionFailed>().ToArray();
        var reason = state.Reconstructed is { } kept ? $"{kept.Item.Step.Title()}: {kept.Reason}"
            : steps.Length > 0 ? string.Join("; ", steps.Select(step => $"{step.Item.Step.Title()}: {step.Reason}"))
            : failures.Length > 0 ? $"it failed, the winner stays as it was: {failures[^1].Failure.Reason}"
            : target.Reason;
        return new ReconstructionTrial(
            state.Escalation.Count > 0,
            state.Reconstructed is not null,
            reason,
            state.Spec.Options.ReconstructIterations!.Value,
            target.Plan is { } plan ? Measurement(memory, plan) : null,
            state.Escalation.OfType<ReconstructionProbed>().FirstOrDefault(),
            steps,
            failures);
    }

    private static PlanMeasurement Measurement(SearchMemory memory, Plan plan) =>
        new(plan, memory.Full(plan), plan.IsFloat32 ? Float32Latency(memory) : memory.Latency(plan));

    private static LatencyResult? Float32Latency(SearchMemory memory) => memory.Latencies.Count == 0
        ? null
        : memory.Latencies[0].Result with
        {
            PlanDigest = memory.Float32.Digest,
            MedianMs = memory.Latencies[0].Result.Float32MedianMs,
            IqrMs = memory.Latencies[0].Result.Float32IqrMs,
        };

    // A plan with learned numbers is a point of its own: the same kernels in the same places, and more accurate.
    private static IReadOnlyList<PlanMeasurement> Front(SearchMemory memory, IReadOnlyList<PlanMeasurement> learned)
    {
        var measured = memory.FullPlans
            .Where(plan => memory.Ms(plan) is not null)
            .Select(plan => (Measurement: Measurement(memory, plan), Ms: memory.Ms(plan)!.Value))
            .ToList();
        if (memory.Float32Ms is { } float32Ms)
        {
            measured.AddRange(learned.Where(plan => plan.Latency is not null)
                .Select(plan => (plan, plan.Latency!.MedianMs * (float32Ms / plan.Latency.Float32MedianMs))));
        }

        var byPlan = measured.ToDictionary(entry => entry.Measurement.Plan, entry => entry.Measurement);
        var entries = measured.Select(entry => (entry.Measurement.Plan, entry.Measurement.Accuracy!.Correct, entry.Ms));
        return [.. ParetoFront.Of(entries, memory.Simplest).Select(plan => byPlan[plan])];
    }

    private static IReadOnlyList<LatencyPrediction> Predictions(SearchMemory memory) => memory.Model is not { } model
        ? []
        : [.. memory.Latencies.Select(
            entry =>
                new LatencyPrediction(entry.Plan.Digest, model.Predict(SearchMemory.Flags(entry.Plan)), memory.Ms(entry.Plan)!.Value))];
}
