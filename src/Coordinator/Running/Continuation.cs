namespace Cluster.Coordinator.Running;

/// <summary>How a job that has ended goes on: from a part of its journal, with another event.</summary>
/// <param name="Kept">How many records of its journal are kept.</param>
/// <param name="Next">The next record to write.</param>
/// <param name="Words">How it goes on, for people.</param>
public sealed record Continuation(int Kept, JournalEvent Next, string Words)
{
    /// <summary>
    /// How a job that ended because its time limit had elapsed goes on from where it was stopped; the later records only concern the
    /// ending. Null if it does not: it was not stopped by its time limit, or has no longer one now.
    /// </summary>
    /// <param name="records">Its journal.</param>
    /// <param name="minutes">The new limit in minutes; null: none.</param>
    public static Continuation? Of(IReadOnlyList<JournalRecord> records, double? minutes)
    {
        int stop = records.Count - 1;
        while (stop >= 0 && records[stop].Event is not SearchStopped)
        {
            stop--;
        }

        return stop >= 0 && ((SearchStopped)records[stop].Event).MaxMinutes is { } was && !(minutes <= was)
            ? new Continuation(stop, new SearchContinued(minutes), minutes is { } limit
                ? $"resuming, time limit {limit:0.##} {(limit == 1 ? "minute" : "minutes")} in all"
                : "resuming, no time limit")
            : null;
    }

    /// <summary>How a finished job's finalists are timed again; null if it is not finished.</summary>
    /// <param name="records">Its journal.</param>
    public static Continuation? Again(IReadOnlyList<JournalRecord> records) => records is [.., { Event: JobCompleted }]
        ? new Continuation(records.Count - 1, new SearchRetimed(), "timing the finalists again")
        : null;
}
