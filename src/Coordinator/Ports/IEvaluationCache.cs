namespace Cluster.Coordinator.Ports;

/// <summary>
/// Results by item id, across jobs. Holds only what <see cref="WorkItem.IsCacheable"/> allows; losing an entry costs
/// time, never correctness.
/// </summary>
public interface IEvaluationCache
{
    /// <summary>The stored result of an item, or null; a damaged entry counts as none.</summary>
    WorkResult? Find(WorkItem item);

    /// <summary>Stores a result. Failures are not stored.</summary>
    void Store(WorkItem item, WorkResult result);
}
