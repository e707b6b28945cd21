using System.Collections.Concurrent;

namespace Cluster.Coordinator.Tests.Support;

/// <summary>A journal in memory whose writes begin when the test lets them, and may fail.</summary>
internal sealed class HeldJournal(params IEnumerable<JournalEvent> events) : IJournal
{
    private readonly MemoryJournal _journal = new(events);
    private readonly SemaphoreSlim _permits = new(0);
    private readonly SemaphoreSlim _begun = new(0);
    private Exception? _failure;

    /// <summary>The events of each write, in order.</summary>
    public ConcurrentQueue<IReadOnlyList<JournalEvent>> Writes { get; } = new();

    public long Token => _journal.Token;

    public IReadOnlyList<JournalRecord> Records => _journal.Records;

    public IEnumerable<JournalEvent> Events => _journal.Events;

    /// <summary>Completes once a write that was not waited for yet has begun.</summary>
    public Task BegunAsync() => _begun.WaitAsync(TestContext.Current.CancellationToken);

    public void Permit(int writes = 1) => _permits.Release(writes);

    public void Fail(Exception failure)
    {
        _failure = failure;
        _permits.Release();
    }

    public async Task<IReadOnlyList<JournalRecord>> AppendAsync(IReadOnlyList<JournalEvent> events, CancellationToken cancellationToken)
    {
        Writes.Enqueue(events);
        _begun.Release();
        await _permits.WaitAsync(cancellationToken);
        return _failure is null ? await _journal.AppendAsync(events, cancellationToken) : throw _failure;
    }

    public ValueTask DisposeAsync()
    {
        _permits.Dispose();
        _begun.Dispose();
        return _journal.DisposeAsync();
    }
}
