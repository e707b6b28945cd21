using Cluster.Coordinator.Journal;

namespace Cluster.Coordinator.Running;

/// <summary>A job that ended because its time limit had elapsed, and continues with a longer one from where it was stopped.</summary>
/// <param name="Kept">How many records of its journal are kept: those before the stop. The later ones only concern the ending.</param>
/// <param name="Was">The elapsed limit in minutes.</param>
/// <param name="Next">The next record to write.</param>
public sealed record Continuation(int Kept, double Was, SearchContinued Next)
{
    /// <summary>How a job continues, or null if it does not: it was not stopped by its time limit, or has no longer one now.</summary>
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
            ? new Continuation(stop, was, new SearchContinued(minutes))
            : null;
    }
}
