namespace Cluster.Coordinator.Journal;

/// <summary>How long a job was worked on, by its journal's time stamps.</summary>
public static class WorkingTime
{
    /// <summary>
    /// The time between records that follow each other under one owner, pauses and suspensions left out: what lies
    /// between two owners is nobody's work, such as the night between an interruption and the command that resumed the job.
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

    /// <summary>How long the job was paused or suspended, by the same stamps.</summary>
    /// <param name="records">The records.</param>
    /// <param name="now">The end of a pause that still lasts.</param>
    public static TimeSpan Paused(IReadOnlyList<JournalRecord> records, DateTimeOffset now)
    {
        var paused = TimeSpan.Zero;
        for (var i = 0; i < records.Count; i++)
        {
            if (Stands(records[i].Event))
            {
                var end = i + 1 < records.Count ? records[i + 1].At : now;
                paused += end > records[i].At ? end - records[i].At : TimeSpan.Zero;
            }
        }

        return paused;
    }

    private static bool Stands(JournalEvent since) => since is JobPaused or JobSuspended;
}
