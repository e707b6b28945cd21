using Cluster.Coordinator;

namespace Cluster.Simulation.Rehearsals;

/// <summary>One ownership of a journal in memory: every write takes two milliseconds; a later owner ends it.</summary>
internal sealed class RehearsedJournal(List<JournalRecord> records, VirtualTime time, long token, Func<long> current) : IJournal
{
    private static readonly TimeSpan Write = TimeSpan.FromMilliseconds(2);

    public long Token => token;

    public IReadOnlyList<JournalRecord> Records
    {
        get
        {
            lock (records)
            {
                return [.. records];
            }
        }
    }

    public async Task<IReadOnlyList<JournalRecord>> AppendAsync(IReadOnlyList<JournalEvent> events, CancellationToken cancellationToken)
    {
        await Task.Delay(Write, time, cancellationToken);
        lock (records)
        {
            if (current() != token)
            {
                throw new JournalOwnershipException("The journal has another owner.");
            }

            var now = time.GetUtcNow();
            JournalRecord[] written = [.. events.Select((happened, i) => new JournalRecord(records.Count + i, token, now, happened))];
            records.AddRange(written);
            return written;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
