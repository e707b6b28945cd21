namespace Cluster.Storage.Files;

/// <summary>A journal whose store can revoke its ownership, as another process could through a shared store.</summary>
internal sealed class LeasedJournal(FileJournal journal, string jobId, Action<LeasedJournal> closed) : IJournal
{
    private volatile string? _revoked;

    public long Token => journal.Token;

    public IReadOnlyList<JournalRecord> Records => journal.Records;

    /// <summary>Ends the ownership: a write in progress finishes first, later ones are refused.</summary>
    public void Revoke(string reason)
    {
        _revoked = reason;
        journal.Close();
    }

    public async Task<IReadOnlyList<JournalRecord>> AppendAsync(IReadOnlyList<JournalEvent> events, CancellationToken cancellationToken)
    {
        try
        {
            return await journal.AppendAsync(events, cancellationToken);
        }
        catch (ObjectDisposedException e) when (_revoked is { } reason)
        {
            throw new JournalOwnershipException($"The journal of job {jobId} {reason}: this owner stops.", e);
        }
    }

    public ValueTask DisposeAsync()
    {
        closed(this);
        return journal.DisposeAsync();
    }
}
