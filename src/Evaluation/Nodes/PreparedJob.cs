using Cluster.Coordinator.Model;

namespace Cluster.Evaluation.Nodes;

/// <summary>A question whose files were read and found good.</summary>
/// <param name="Spec">What is asked, complete.</param>
/// <param name="Space">What is decided about.</param>
/// <param name="UnsupportedOperators">Operators of groups that the target has no 8-bit kernel for: they stay in
/// FP32.</param>
/// <param name="EstimatedItems">How many measurements the search is likely to ask for: its first round is known, the
/// rest is a guess.</param>
/// <param name="Warnings">What makes a result less believable, a sentence each.</param>
public sealed record PreparedJob(
    JobSpec Spec, SearchSpace Space, IReadOnlyList<string> UnsupportedOperators, int EstimatedItems, IReadOnlyList<string> Warnings)
{
    /// <summary>How many it may ask for where it has to go on as long as it can; 0 where that is not known.</summary>
    public int MostItems { get; init; }
}
