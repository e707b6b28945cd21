using Cluster.Coordinator.Journal;

namespace Cluster.Coordinator.Ports;

/// <summary>
/// A job's truth: an append-only list of events. Opening one takes sole ownership until it is disposed; a second opener is refused, or takes
/// over with a higher <see cref="Token"/>, after which appends of the first one fail.
/// </summary>
public interface IJournal : IAsyncDisposable
{
    /// <summary>The fencing token of this ownership: larger than that of every earlier owner that wrote.</summary>
    long Token { get; }

    /// <summary>Everything appended so far, in order.</summary>
    IReadOnlyList<JournalRecord> Records { get; }

    /// <summary>Appends an event; it is durable when the returned task completes.</summary>
    /// <exception cref="JobException">The event could not be written, or the ownership was lost.</exception>
    Task<JournalRecord> AppendAsync(JournalEvent journalEvent, CancellationToken cancellationToken);
}
