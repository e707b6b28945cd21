using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Journal;

/// <summary>An item has its result; appended in the order of proposal.</summary>
/// <param name="Sequence">The item's number.</param>
/// <param name="Item">The item's id.</param>
/// <param name="Result">What was found.</param>
/// <param name="Source">Where it comes from.</param>
public sealed record ItemCompleted(int Sequence, string Item, WorkResult Result, ResultSource Source = ResultSource.Measured) : JournalEvent;
