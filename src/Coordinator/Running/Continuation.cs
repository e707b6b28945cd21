using Cluster.Coordinator.Journal;

namespace Cluster.Coordinator.Running;

/// <summary>A job that ended as its minutes were over, and goes on with more of them where it was stopped.</summary>
/// <param name="Kept">How many records of its journal are kept: those before the stop. What followed was done for the ending alone.</param>
/// <param name="Was">The minutes that were over.</param>
/// <param name="Next">What is written next.</param>
public sealed record Continuation(int Kept, double Was, SearchContinued Next)
{
    /// <summary>How a job goes on, or null where it does not: it was not stopped by its minutes, or has no more of them now.</summary>
    /// <param name="records">Its journal.</param>
    /// <param name="minutes">The minutes that it is given now; null: as many as it takes.</param>
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
