namespace Cluster.Simulation.Disorder;

/// <summary>
/// A journal in memory whose owner crashes after some events: what was written of an append stays, and the append never returns well.
/// </summary>
/// <param name="records">What earlier owners wrote; what this one writes is added.</param>
/// <param name="left">Events until the crash; null: none comes.</param>
/// <param name="appended">Told of each event.</param>
internal sealed class CrashingJournal(List<JournalRecord> records, int? left, Action<JournalEvent> appended) : IJournal
{
    private int? _left = left;

    /// <summary>Whether it came to the crash.</summary>
    public bool Crashed { get; private set; }

    public long Token => 1;

    public IReadOnlyList<JournalRecord> Records => records;

    public Task<IReadOnlyList<JournalRecord>> AppendAsync(IReadOnlyList<JournalEvent> events, CancellationToken cancellationToken)
    {
        var written = new List<JournalRecord>();
        foreach (var journalEvent in events)
        {
            if (_left-- == 0)
            {
                Crashed = true;
                throw new IOException("The process that owned the journal crashed.");
            }

            written.Add(new JournalRecord(records.Count, Token, DateTimeOffset.UnixEpoch, journalEvent));
            records.Add(written[^1]);
            appended(journalEvent);
        }

        return Task.FromResult<IReadOnlyList<JournalRecord>>(written);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
