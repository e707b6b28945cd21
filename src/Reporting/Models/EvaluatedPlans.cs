using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Plans;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Work;

namespace Cluster.Reporting.Models;

/// <summary>Finds in a journal's state the plans that the outcome's front leaves out.</summary>
public static class EvaluatedPlans
{
    /// <summary>
    /// Every plan with an accuracy on the whole evaluation set or a latency, in the order in which they were first
    /// measured.
    /// </summary>
    public static IReadOnlyList<PlanMeasurement> Of(JobState state)
    {
        var found = new OrderedDictionary<string, PlanMeasurement>(StringComparer.Ordinal);
        foreach (var (proposed, result) in state.Rounds.SelectMany(round => round.Items).Zip(state.Results))
        {
            switch (proposed.Item, result)
            {
                case (AccuracyItem { Images.IsFull: true } item, AccuracyResult accuracy):
                    found[item.Plan.Digest] = Known(found, item.Plan) with { Accuracy = accuracy };
                    break;
                case (LatencyItem item, LatencyResult latency):
                    var known = Known(found, item.Plan);
                    found[item.Plan.Digest] = known with { Latency = known.Latency ?? latency };
                    break;
            }
        }

        foreach (var step in state.Escalation.OfType<ReconstructionCompleted>())
        {
            found[step.Result.Plan.Digest] = new PlanMeasurement(step.Result.Plan, step.Result.Accuracy, step.Result.Latency);
        }

        return [.. found.Values];
    }

    private static PlanMeasurement Known(OrderedDictionary<string, PlanMeasurement> found, Plan plan) =>
        found.TryGetValue(plan.Digest, out var known) ? known : new PlanMeasurement(plan, Accuracy: null, Latency: null);
}
