using Cluster.Coordinator.Search;
using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Running;

/// <summary>Where a running job is.</summary>
/// <param name="Done">Items with a result or a failure.</param>
/// <param name="EstimatedLeft">Items that are likely still to come; a guess that shrinks and grows with the search.</param>
/// <param name="Elapsed">Time since this run (not the job) began.</param>
/// <param name="Remaining">Estimated time left, or null before there is anything to estimate from.</param>
/// <param name="Purpose">What the current round is for.</param>
/// <param name="Item">The item that was begun or ended last, or null before there is one.</param>
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
    /// <summary>What <see cref="Item"/> is, in a few words; empty before there is one. Made when it is read.</summary>
    public string Current => Item?.Title ?? string.Empty;

    /// <summary>Whether <see cref="Best"/> is beyond a bound, as everything quantized that was looked at.</summary>
    public bool BestMisses { get; init; }

    /// <summary>Items that may still come where the search has to go on as long as it can, at least <see cref="EstimatedLeft"/>.</summary>
    public int MostLeft { get; init; } = EstimatedLeft;

    /// <summary>
    /// The time that they would take, no longer than the job's minutes last; null before there is anything to estimate from.
    /// </summary>
    public TimeSpan? MostRemaining { get; init; } = Remaining;
}
