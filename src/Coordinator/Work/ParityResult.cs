namespace Cluster.Coordinator.Work;

/// <summary>Whether a plan's artefact does in its runtime what its simulation says: what publishing asks for.</summary>
/// <param name="Images">Images that both ran.</param>
/// <param name="Agree">Images on which both have the same top-1 class.</param>
/// <param name="Failure">Why the artefact is refused, in a sentence; null where it passes.</param>
/// <param name="Groups">Groups with a tensor that differs, in the order of execution; each was fed the same numbers in both.</param>
/// <param name="Seconds">Wall time.</param>
public sealed record ParityResult(int Images, int Agree, string? Failure, IReadOnlyList<string> Groups, double Seconds = 0) : WorkResult;
