namespace Cluster.Coordinator.Journal;

/// <summary>How long a job was worked on, from its journal's time stamps.</summary>
public static class WorkingTime
{
    /// <summary>
    /// The time between consecutive records of one owner, without pauses, suspensions and waiting for labels. The time between two owners
    /// does not count as work, such as the night between an interruption and the command that resumed the job.
    /// </summary>
    public static TimeSpan Of(IReadOnlyList<JournalRecord> records)
    {
        var time = TimeSpan.Zero;
        for (var i = 1; i < records.Count; i++)
        {
            var (before, after) = (records[i - 1], records[i]);
            if (before.Owner == after.Owner && !Stands(before.Event) && after.At > before.At)
            {
                time += after.At - before.At;
            }
        }

        return time;
    }

    /// <summary>Whether a job is idle from this event to the next one.</summary>
    internal static bool Stands(JournalEvent since) => since is JobPaused or JobSuspended or LabelsAwaited;
}
