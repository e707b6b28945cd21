namespace Cluster.Coordinator.Model;

/// <summary>Where a job is in its life.</summary>
public enum JobStatus
{
    /// <summary>Accepted, nothing proposed yet.</summary>
    Queued,

    /// <summary>Candidates are evaluated.</summary>
    Running,

    /// <summary>Nothing new is begun; what runs is finished.</summary>
    Pausing,

    /// <summary>Nothing runs until the job is resumed.</summary>
    Paused,

    /// <summary>Nothing new is begun; what runs is stopped.</summary>
    Cancelling,

    /// <summary>Over, by request.</summary>
    Cancelled,

    /// <summary>Over, with a result.</summary>
    Succeeded,

    /// <summary>Over, for a reason that running again would not change.</summary>
    Failed,

    /// <summary>Nothing runs: a fault that is not the job's is waited out, then the job is tried again by itself.</summary>
    Suspended,

    /// <summary>No node could do its work; it goes on when one can.</summary>
    Unschedulable,

    /// <summary>Accepted; its files are still being read and checked, and its journal has not begun.</summary>
    Preparing,
}
