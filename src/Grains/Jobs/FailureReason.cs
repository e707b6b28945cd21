namespace Cluster.Grains.Jobs;

/// <summary>
/// Explains to the submitter why a job is suspended: what happened and what to do. Texts of the system and of defects name files and types
/// of the server, so they go to its log only.
/// </summary>
internal static class FailureReason
{
    private const string Again = "It is tried again by itself.";

    /// <summary>Sentences for the exception that interrupted a job's loop.</summary>
    public static string Of(Exception failure, string job) => failure switch
    {
        JobException or GrainProblemException { IsForPeople: true } => failure.Message,
        OutOfMemoryException => $"The silo that coordinates the job ran out of memory: give it more, or cancel other jobs. {Again}",
        IOException or UnauthorizedAccessException =>
            $"The silo that coordinates the job could not read or write its files: ask its operator to look for job {job} in its log, "
            + $"free space or correct permissions. {Again}",
        _ =>
            $"A defect of cluster interrupted the job, not its model or its data: report it with what the silo's log says of job {job}, "
            + $"and update cluster once it is mended. {Again}",
    };
}
