using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Journal;

/// <summary>An item ended without a result for a reason of its own; appended in the order of proposal.</summary>
/// <param name="Sequence">The item's number.</param>
/// <param name="Item">The item's id.</param>
/// <param name="Failure">Why.</param>
/// <param name="Attempts">How often it was tried.</param>
public sealed record ItemFailed(int Sequence, string Item, FailedResult Failure, int Attempts) : JournalEvent;
