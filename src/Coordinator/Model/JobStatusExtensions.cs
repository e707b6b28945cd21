namespace Cluster.Coordinator.Model;

/// <summary>Queries of a status.</summary>
public static class JobStatusExtensions
{
    /// <summary>Whether the job has ended.</summary>
    public static bool HasEnded(this JobStatus status) => status is JobStatus.Cancelled or JobStatus.Succeeded or JobStatus.Failed;
}
