namespace Cluster.Tests;

/// <summary>Conveniences over <see cref="IJournal"/>.</summary>
public static class JournalExtensions
{
    /// <summary>Appends one event; it is durable when the returned task completes.</summary>
    /// <exception cref="JobException">It could not be written, or the ownership was lost.</exception>
    public static async Task<JournalRecord> AppendAsync(
        this IJournal journal, JournalEvent journalEvent, CancellationToken cancellationToken) =>
        (await journal.AppendAsync([journalEvent], cancellationToken))[0];
}
