namespace Cluster.Coordinator.Work;

/// <summary>Whether a plan's artefact does in its runtime what its simulation says: what publishing asks for.</summary>
/// <param name="Finding">What was compared.</param>
/// <param name="Failure">Why the artefact is refused, in a sentence; null where it passes.</param>
/// <param name="Groups">
/// Groups to decide otherwise, in the order of execution: those with a tensor that differs where both were fed the same numbers, or where
/// only outputs are apart the likeliest cause. Empty where it passes, or none can be named.
/// </param>
/// <param name="Seconds">Wall time.</param>
public sealed record ParityResult(ParityFinding Finding, string? Failure, IReadOnlyList<string> Groups, double Seconds = 0) : WorkResult;
