namespace Cluster.Coordinator.Model;

/// <summary>A job's status.</summary>
public enum JobStatus
{
    /// <summary>Accepted, nothing proposed yet.</summary>
    Queued,

    /// <summary>Candidates are evaluated.</summary>
    Running,

    /// <summary>No new work starts; running work is finished.</summary>
    Pausing,

    /// <summary>Nothing runs until the job is resumed.</summary>
    Paused,

    /// <summary>No new work starts; running work is stopped.</summary>
    Cancelling,

    /// <summary>Ended, by request.</summary>
    Cancelled,

    /// <summary>Ended, with a result.</summary>
    Succeeded,

    /// <summary>Ended, for a reason that another run would not change.</summary>
    Failed,

    /// <summary>Nothing runs: after a fault outside the job, it waits for its automatic retry.</summary>
    Suspended,

    /// <summary>No node can do its work; it continues when one can.</summary>
    Unschedulable,

    /// <summary>Accepted; its files are still being read and checked, and its journal has not begun.</summary>
    Preparing,

    /// <summary>Nothing runs until a person gives the labels that it asks for.</summary>
    AwaitingLabels,

    /// <summary>A run of a <see cref="RunSchedule"/> before its time, or behind another of its tenant; then it is prepared.</summary>
    Scheduled,
}

/// <summary>Queries of a status.</summary>
public static class JobStatusExtensions
{
    /// <summary>Whether the job has ended.</summary>
    public static bool HasEnded(this JobStatus status) => status is JobStatus.Cancelled or JobStatus.Succeeded or JobStatus.Failed;

    /// <summary>Whether the job was accepted and is not prepared yet: it has no journal.</summary>
    public static bool IsUnprepared(this JobStatus status) => status is JobStatus.Preparing or JobStatus.Scheduled;
}
