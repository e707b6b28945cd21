namespace Cluster.Coordinator.Views;

/// <summary>Where a candidate, or another piece of work, is.</summary>
public enum WorkStatus
{
    /// <summary>Proposed, not under way; in a job that ended without it, never done.</summary>
    Queued,

    /// <summary>An attempt is under way.</summary>
    Running,

    /// <summary>It has its results.</summary>
    Succeeded,

    /// <summary>It ended without one for a reason of its own.</summary>
    Failed,
}
