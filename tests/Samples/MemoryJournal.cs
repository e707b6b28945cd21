namespace Cluster.Tests;

/// <summary>A journal in memory; <c>appended</c> is told of each event and may throw to stop the run there.</summary>
internal sealed class MemoryJournal(IEnumerable<JournalEvent>? events = null, Action<JournalEvent>? appended = null) : IJournal
{
    private readonly List<JournalRecord> _records =
        [.. (events ?? []).Select((e, i) => new JournalRecord(i, 1, DateTimeOffset.UnixEpoch, e))];

    public long Token => 1;

    public IReadOnlyList<JournalRecord> Records => _records;

    public IEnumerable<JournalEvent> Events => _records.Select(record => record.Event);

    /// <summary>All items of its rounds.</summary>
    public IEnumerable<WorkItem> Proposed => Events.OfType<RoundProposed>().SelectMany(round => round.Items).Select(item => item.Item);

    /// <summary>What it makes of the job.</summary>
    public JobState State => JobState.Fold(Events).ShouldNotBeNull();

    public Task<IReadOnlyList<JournalRecord>> AppendAsync(IReadOnlyList<JournalEvent> events, CancellationToken cancellationToken)
    {
        var records = events.Select((e, i) => new JournalRecord(_records.Count + i, Token, DateTimeOffset.UnixEpoch, e)).ToArray();
        _records.AddRange(records);
        foreach (var journalEvent in events)
        {
            appended?.Invoke(journalEvent);
        }

        return Task.FromResult<IReadOnlyList<JournalRecord>>(records);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
