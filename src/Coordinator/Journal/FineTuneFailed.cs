using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Journal;

/// <summary>The fine-tuning ended without a result for a reason of its own; the winner stays as it was.</summary>
/// <param name="Item">The item's id.</param>
/// <param name="Failure">Why.</param>
/// <param name="Attempts">How often it was tried.</param>
public sealed record FineTuneFailed(string Item, FailedResult Failure, int Attempts) : JournalEvent;
