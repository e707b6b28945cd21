using Cluster.Coordinator;

namespace Cluster.Grains.Jobs;

/// <summary>
/// Why a job failed, for the one who submitted it: what happened and what to do. Texts of the system and of defects name
/// files and types of the server, which are for its log.
/// </summary>
internal static class FailureReason
{
    /// <summary>A sentence for the exception that ended a job's loop.</summary>
    public static string Of(Exception failure, string job) => failure switch
    {
        JobException => failure.Message,
        OutOfMemoryException =>
            "The silo that coordinated the job ran out of memory: submit the job again once it has more, or to another cluster.",
        IOException or UnauthorizedAccessException =>
            "The silo that coordinated the job could not read or write its files: ask its operator to look for the job in its log, free "
            + "space or correct permissions, then submit the job again.",
        _ =>
            $"A defect of cluster ended the job, not its model or its data: report it with what the silo's log says of job {job}, then "
            + "submit the job again.",
    };
}
