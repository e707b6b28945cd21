using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Journal;

/// <summary>A step of the escalation ended without a result for a reason of its own; the winner stays as it was, the next step follows.</summary>
/// <param name="Item">What was asked.</param>
/// <param name="Failure">Why.</param>
/// <param name="Attempts">How often it was tried.</param>
public sealed record ReconstructionFailed(ReconstructItem Item, FailedResult Failure, int Attempts) : JournalEvent;
