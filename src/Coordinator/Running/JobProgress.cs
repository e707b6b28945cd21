namespace Cluster.Coordinator.Running;

/// <summary>The progress of a running job.</summary>
/// <param name="Done">Items with a result or a failure.</param>
/// <param name="EstimatedLeft">Items that are likely still to come; the estimate changes during the search.</param>
/// <param name="Elapsed">Time since this run (not the job) started.</param>
/// <param name="Remaining">Estimated time left; null where nothing is done yet, or nothing is known of what is left.</param>
/// <param name="Purpose">The purpose of the current round.</param>
/// <param name="Item">The last item that started or ended, or null before there is one.</param>
/// <param name="Best">The best plan so far, or null before there is one.</param>
public sealed record JobProgress(
    int Done,
    int EstimatedLeft,
    TimeSpan Elapsed,
    TimeSpan? Remaining,
    string Purpose,
    WorkItem? Item,
    PlanMeasurement? Best)
{
    /// <summary><see cref="Item"/> in a few words; empty before there is one. Created on each read.</summary>
    public string Current => Item?.Title ?? string.Empty;

    /// <summary>The job's place in the queue of its tenant, 1 for the next to run; 0 once it runs.</summary>
    public int Place { get; init; }

    /// <summary>Why nothing of it runs; null: something does, or it has ended.</summary>
    public JobWait? Waits { get; init; }

    /// <summary>The progress of a job that has not begun.</summary>
    public static JobProgress Queued(int place) => new(0, 0, TimeSpan.Zero, null, string.Empty, null, null) { Place = place };

    /// <summary>What the search has found; null where it was not asked for, or nothing is found yet. It stays in this process.</summary>
    [JsonIgnore]
    public SearchPicture? Picture { get; init; }

    /// <summary>Whether <see cref="Best"/> misses a bound, like all quantized plans so far.</summary>
    public bool BestMisses { get; init; }
}
