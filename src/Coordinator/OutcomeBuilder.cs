using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Plans;
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
        return new JobOutcome
        {
            Spec = state.Spec,
            Space = state.Space,
            Selection = selection,
            Winner = Measurement(memory, selection.Plan),
            Float32 = Measurement(memory, memory.Float32),
            Int8 = memory.Full(Baseline.Int8(memory)) is null ? null : Measurement(memory, Baseline.Int8(memory)),
            Int8Best = Baseline.Int8Best(memory) is { } best ? Measurement(memory, best) : null,
            Front = Front(memory),
            Sensitivity = memory.Sensitivity,
            Profile = memory.Profile,
            Verdicts = VerdictBuilder.Build(memory, selection),
            Test = memory.Test,
            Evaluations = new EvaluationCounts(memory.FullEvaluations, memory.SubsetEvaluations, memory.Images),
            Latencies = [.. memory.Latencies.Select(entry => entry.Result)],
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

    private static IReadOnlyList<PlanMeasurement> Front(SearchMemory memory)
    {
        var entries = memory.FullPlans
            .Where(plan => memory.Ms(plan) is not null)
            .Select(plan => (plan, memory.Full(plan)!.Correct, memory.Ms(plan)!.Value));
        return [.. ParetoFront.Of(entries, memory.Simplest).Select(plan => Measurement(memory, plan))];
    }

    private static IReadOnlyList<LatencyPrediction> Predictions(SearchMemory memory) => memory.Model is not { } model
        ? []
        : [.. memory.Latencies.Select(entry => new LatencyPrediction(entry.Plan.Digest, model.Predict(SearchMemory.Flags(entry.Plan)), memory.Ms(entry.Plan)!.Value))];
}
