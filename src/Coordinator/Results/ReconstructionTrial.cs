using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Search;

namespace Cluster.Coordinator.Results;

/// <summary>What became of a job's reconstruction.</summary>
/// <param name="Tried">Whether there was one.</param>
/// <param name="Kept">Whether what came of it took the place of the search's winner.</param>
/// <param name="Reason">Why it was not tried, or was kept or not, in a sentence.</param>
/// <param name="Iterations">Iterations a block.</param>
/// <param name="Target">The plan that was reconstructed, or null.</param>
/// <param name="Probe">The probe with FP32 weights, or null where it has no result.</param>
/// <param name="Steps">The methods that were tried, in order.</param>
/// <param name="Failures">Steps without a result.</param>
public sealed record ReconstructionTrial(
    bool Tried,
    bool Kept,
    string Reason,
    int Iterations,
    PlanMeasurement? Target,
    ReconstructionProbed? Probe,
    IReadOnlyList<ReconstructionCompleted> Steps,
    IReadOnlyList<ReconstructionFailed> Failures);
