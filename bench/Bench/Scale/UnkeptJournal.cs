using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Ports;

namespace Cluster.Bench.Scale;

/// <summary>A journal that costs nothing and keeps nothing; <c>appended</c> is told of each event.</summary>
internal sealed class UnkeptJournal(Action<JournalEvent> appended) : IJournal
{
    private long _count;

    public long Token => 1;

    public IReadOnlyList<JournalRecord> Records => [];

    public Task<IReadOnlyList<JournalRecord>> AppendAsync(IReadOnlyList<JournalEvent> events, CancellationToken cancellationToken)
    {
        var now = TimeProvider.System.GetUtcNow();
        var records = new JournalRecord[events.Count];
        for (var i = 0; i < records.Length; i++)
        {
            records[i] = new JournalRecord(_count++, Token, now, events[i]);
            appended(events[i]);
        }

        return Task.FromResult<IReadOnlyList<JournalRecord>>(records);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
