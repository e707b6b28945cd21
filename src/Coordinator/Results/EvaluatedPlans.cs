namespace Cluster.Coordinator.Results;

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
