namespace Cluster.Coordinator.Work;

/// <summary>Whether a plan's artefact behaves in its runtime like its simulation, which publishing requires.</summary>
/// <param name="Finding">The comparison.</param>
/// <param name="Failure">Why the artefact is refused, in a sentence; null if it passes.</param>
/// <param name="Groups">
/// Groups to decide differently, in the order of execution: those with a tensor that differs although both were fed the same numbers, or,
/// if only outputs differ, the likeliest cause. Empty if it passes, or none can be named.
/// </param>
/// <param name="Seconds">Wall time.</param>
public sealed record ParityResult(ParityFinding Finding, string? Failure, IReadOnlyList<string> Groups, double Seconds = 0) : WorkResult;
