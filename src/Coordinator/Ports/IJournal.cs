namespace Cluster.Coordinator.Ports;

/// <summary>
/// The authoritative record of a job: an append-only list of events. Opening one takes sole ownership until it is disposed; a second opener
/// is refused, or takes over with a higher <see cref="Token"/>, after which appends of the first one fail.
/// </summary>
public interface IJournal : IAsyncDisposable
{
    /// <summary>The fencing token of this ownership: larger than that of every earlier owner that wrote.</summary>
    long Token { get; }

    /// <summary>Everything appended so far, in order.</summary>
    IReadOnlyList<JournalRecord> Records { get; }

    /// <summary>
    /// Appends events in their order, with one wait for the disk or the database; all are durable when the returned task completes. After a
    /// crash in between, a prefix of them may be stored, but no event without those before it.
    /// </summary>
    /// <exception cref="JournalOwnershipException">Another owner took over: nothing was written.</exception>
    /// <exception cref="JobException">The events could not be written; what is stored is unknown until the journal is
    /// opened again.</exception>
    Task<IReadOnlyList<JournalRecord>> AppendAsync(IReadOnlyList<JournalEvent> events, CancellationToken cancellationToken);
}
