using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Plans;
using Cluster.Coordinator.Results;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Work;

namespace Cluster.Coordinator;

/// <summary>Reads an outcome off a job's state.</summary>
internal static class OutcomeBuilder
{
    public static JobOutcome Build(JobState state)
    {
        var memory = SearchMemory.Of(state);
        var selection = state.Selection ?? throw new InvalidOperationException("A job without a winner has no outcome.");
        var searched = Measurement(memory, selection.Plan);
        var trial = state.Spec.FineTune is null ? null : Trial(state, searched);
        var tuned = state.FineTune is { Winner: not null } kept ? kept.Result : null;
        return new JobOutcome
        {
            Spec = state.Spec,
            Space = state.Space,
            Selection = state.Winner!,
            Winner = tuned is null ? searched : trial!.After!,
            Float32 = Measurement(memory, memory.Float32),
            Int8 = memory.Full(Baseline.Int8(memory)) is null ? null : Measurement(memory, Baseline.Int8(memory)),
            Int8Best = Baseline.Int8Best(memory) is { } best ? Measurement(memory, best) : null,
            Front = Front(memory, tuned is null ? null : trial!.After),
            Sensitivity = memory.Sensitivity,
            Profile = memory.Profile,
            Verdicts = VerdictBuilder.Build(memory, selection),
            Test = tuned is null ? memory.Test : tuned.Test,
            FineTune = trial,
            Evaluations = new EvaluationCounts(memory.FullEvaluations, memory.SubsetEvaluations, memory.Images),
            Latencies = [.. memory.Latencies.Select(entry => entry.Result).Concat(state.FineTune?.Result.Latency is { } last ? [last] : [])],
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

    private static FineTuneTrial Trial(JobState state, PlanMeasurement before)
    {
        var epochs = state.Spec.Epochs!.Value;
        if (state.FineTune is { Result: var result } tuned)
        {
            return new FineTuneTrial(
                Tried: true, tuned.Winner is not null, tuned.Reason, epochs, before, new PlanMeasurement(result.Plan, result.Accuracy, result.Latency),
                result.Learned, result.BestEpoch, result.Images, result.Seconds);
        }

        return state.FineTuneFailure is { } failed
            ? new FineTuneTrial(Tried: true, Kept: false, $"the fine-tuning failed, the winner stays as it was: {failed.Failure.Reason}", epochs, before)
            : new FineTuneTrial(Tried: false, Kept: false, FineTuneDecision.WhyNot(state) ?? "It was not done.", epochs, before);
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

    // A trained plan takes the place of the one it was made from: the same kernels in the same places, and more accurate.
    private static IReadOnlyList<PlanMeasurement> Front(SearchMemory memory, PlanMeasurement? tuned)
    {
        var measured = memory.FullPlans.Where(plan => memory.Ms(plan) is not null).Select(plan => (Measurement: Measurement(memory, plan), Ms: memory.Ms(plan)!.Value)).ToList();
        if (tuned is { Latency: { } latency } && memory.Float32Ms is { } float32Ms)
        {
            measured.Add((tuned, latency.MedianMs * (float32Ms / latency.Float32MedianMs)));
        }

        var byPlan = measured.ToDictionary(entry => entry.Measurement.Plan, entry => entry.Measurement);
        var entries = measured.Select(entry => (entry.Measurement.Plan, entry.Measurement.Accuracy!.Correct, entry.Ms));
        return [.. ParetoFront.Of(entries, memory.Simplest).Select(plan => byPlan[plan])];
    }

    private static IReadOnlyList<LatencyPrediction> Predictions(SearchMemory memory) => memory.Model is not { } model
        ? []
        : [.. memory.Latencies.Select(entry => new LatencyPrediction(entry.Plan.Digest, model.Predict(SearchMemory.Flags(entry.Plan)), memory.Ms(entry.Plan)!.Value))];
}
