using Cluster.Coordinator.Model;

namespace Cluster.Silo.Jobs;

/// <summary>A job that can be accepted.</summary>
/// <param name="Spec">What is asked, complete and valid.</param>
/// <param name="Space">What is decided about.</param>
/// <param name="UnsupportedOperators">Operators that stay in FP32 because the target does not execute them in 8 bits, each once.</param>
/// <param name="EstimatedEvaluations">Accuracy evaluations that the search is likely to make.</param>
/// <param name="EstimatedDuration">Wall time on the nodes that are there now, or null where there is nothing to estimate from.</param>
internal sealed record PreparedJob(
    JobSpec Spec,
    SearchSpace Space,
    IReadOnlyList<string> UnsupportedOperators,
    int EstimatedEvaluations,
    TimeSpan? EstimatedDuration = null);
