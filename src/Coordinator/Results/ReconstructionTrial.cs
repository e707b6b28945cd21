namespace Cluster.Coordinator.Results;

/// <summary>The result of a job's reconstruction.</summary>
/// <param name="Tried">Whether it was tried.</param>
/// <param name="Kept">Whether its plan replaced the search's winner.</param>
/// <param name="Reason">Why it was not tried, or was kept or not, in a sentence.</param>
/// <param name="Iterations">Iterations per block.</param>
/// <param name="Target">The plan that was reconstructed, or null.</param>
/// <param name="Probe">The probe with FP32 weights, or null if it has no result.</param>
/// <param name="Steps">The methods that were tried, in order.</param>
/// <param name="Failures">Items without a result.</param>
public sealed record ReconstructionTrial(
    bool Tried,
    bool Kept,
    string Reason,
    int Iterations,
    PlanMeasurement? Target,
    ProbeTrial? Probe,
    IReadOnlyList<MethodTrial> Steps,
    IReadOnlyList<MethodFailure> Failures)
{
    /// <summary>The result for a second plan, tried if no method made the first one accurate enough; null if there was none.</summary>
    public ReconstructionTrial? Second { get; init; }
}

/// <summary>The result of the probe with FP32 weights.</summary>
/// <param name="Result">The measurement.</param>
/// <param name="WeightsMatter">Whether methods that learn roundings alone were worth trying.</param>
/// <param name="Reason">Why, in a sentence.</param>
public sealed record ProbeTrial(WeightProbeResult Result, bool WeightsMatter, string Reason);

/// <summary>The result of one method.</summary>
/// <param name="Method">The method.</param>
/// <param name="Result">The measurement.</param>
/// <param name="Kept">Whether it replaced the winner.</param>
/// <param name="Reason">Why, in a sentence.</param>
public sealed record MethodTrial(ReconstructionStep Method, ReconstructResult Result, bool Kept, string Reason);

/// <summary>A method, or the probe, that has no result.</summary>
/// <param name="Method">The method.</param>
/// <param name="Reason">Why, in a sentence.</param>
public sealed record MethodFailure(ReconstructionStep Method, string Reason);
