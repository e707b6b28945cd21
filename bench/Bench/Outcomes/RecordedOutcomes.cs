using Cluster.Bench.Spaces;

namespace Cluster.Bench.Outcomes;

/// <summary>What plans of a network answer on the same images.</summary>
internal sealed record RecordedOutcomes(IReadOnlyList<int> Labels, PlanAnswers Float32, IReadOnlyList<PlanAnswers> Plans)
{
    /// <summary>The share of all images that a plan loses: the truth about it, of which a job sees a sample.</summary>
    public double TrueDrop(PlanAnswers plan) => Enumerable.Range(0, Labels.Count).Sum(image =>
        (Float32.Predictions[image] == Labels[image] ? 1 : 0) - (plan.Predictions[image] == Labels[image] ? 1 : 0)) / (double)Labels.Count;
}
