namespace Cluster.Coordinator.Model;

/// <summary>What follows from a status.</summary>
public static class JobStatusExtensions
{
    /// <summary>Whether the job is over.</summary>
    public static bool HasEnded(this JobStatus status) => status is JobStatus.Cancelled or JobStatus.Succeeded or JobStatus.Failed;
}
