namespace Cluster.Coordinator.Journal;

/// <summary>An item of a round.</summary>
/// <param name="Sequence">Its number in the job, from 0.</param>
/// <param name="Id">The item's id, for readers that do not compute it.</param>
/// <param name="Item">The work.</param>
public sealed record ProposedItem(int Sequence, string Id, WorkItem Item);

/// <summary>The strategy decided on a round of work.</summary>
/// <param name="Round">Its number, from 0.</param>
/// <param name="After">It was decided from exactly the results of the items before this sequence number.</param>
/// <param name="Purpose">Its purpose, in a few words.</param>
/// <param name="Items">The work, in order.</param>
public sealed record RoundProposed(int Round, int After, string Purpose, IReadOnlyList<ProposedItem> Items) : JournalEvent;

/// <summary>
/// An attempt at an item is about to start on a host; written before it does, so that the loss of a host is always detected. No decision of
/// the search reads it.
/// </summary>
/// <param name="Sequence">The item's number.</param>
/// <param name="Attempt">The attempt's number for this item, from 1.</param>
/// <param name="Node">The host.</param>
/// <param name="Slot">The device slot there, such as "cpu:0".</param>
/// <param name="Alone">Whether it runs alone on that host.</param>
/// <param name="Grant">The grant of the slot, by which a host of a cluster knows the attempt; null: the host needs none.</param>
public sealed record AttemptStarted(int Sequence, int Attempt, string Node, string Slot, bool Alone = false, string? Grant = null)
    : JournalEvent;

/// <summary>An attempt at an item ended without a result; <c>RetryPolicy</c> decides whether another follows.</summary>
/// <param name="Sequence">The item's number.</param>
/// <param name="Attempt">The attempt's number for this item, from 1.</param>
/// <param name="Failure">Why.</param>
public sealed record AttemptFailed(int Sequence, int Attempt, FailedResult Failure) : JournalEvent;

/// <summary>An item of the round has its result; appended when it ends, in any order.</summary>
/// <param name="Sequence">The item's number.</param>
/// <param name="Item">The item's id.</param>
/// <param name="Result">The result.</param>
/// <param name="Source">The result's source.</param>
public sealed record ItemCompleted(
    int Sequence,
    string Item,
    WorkResult Result,
    ResultSource Source = ResultSource.Measured) : JournalEvent;

/// <summary>An item of the round ended without a result, for a reason in the item itself; appended when it ends, in any order.</summary>
/// <param name="Sequence">The item's number.</param>
/// <param name="Item">The item's id.</param>
/// <param name="Failure">Why.</param>
/// <param name="Attempts">How often it was tried.</param>
public sealed record ItemFailed(int Sequence, string Item, FailedResult Failure, int Attempts) : JournalEvent;

/// <summary>The source of a result.</summary>
public enum ResultSource
{
    /// <summary>It was measured by this job.</summary>
    Measured,

    /// <summary>An earlier job measured it.</summary>
    Cache,

    /// <summary>It was replayed from a latency table.</summary>
    LatencyTable,

    /// <summary>A person gave it.</summary>
    Person,
}
