using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Journal;

/// <summary>An item of a round.</summary>
/// <param name="Sequence">Its number in the job, from 0.</param>
/// <param name="Id">The item's id, for readers that do not compute it.</param>
/// <param name="Item">The work.</param>
public sealed record ProposedItem(int Sequence, string Id, WorkItem Item);
