namespace Cluster.Coordinator.Views;

/// <summary>The status of a candidate or another piece of work.</summary>
public enum WorkStatus
{
    /// <summary>Proposed, not started; in a job that ended without it, never done.</summary>
    Queued,

    /// <summary>An attempt is running.</summary>
    Running,

    /// <summary>It has its results.</summary>
    Succeeded,

    /// <summary>It ended without a result, for a reason in itself.</summary>
    Failed,
}
