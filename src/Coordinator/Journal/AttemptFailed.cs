using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Journal;

/// <summary>A try at an item ended without a result; whether another follows is <see cref="RetryPolicy"/>'s.</summary>
/// <param name="Sequence">The item's number.</param>
/// <param name="Attempt">The try's number for this item, from 1.</param>
/// <param name="Failure">Why.</param>
public sealed record AttemptFailed(int Sequence, int Attempt, FailedResult Failure) : JournalEvent;
