using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Search;

namespace Cluster.Coordinator;

/// <summary>
/// The one writer of a job's journal, and the state that follows from it. Events that arrive while others are being written go together in
/// the next write, so that many of them cost one wait for the disk. Nothing is visible here before it is durable. Thread-safe.
/// </summary>
public sealed class JobLedger : IDisposable
{
    private readonly Lock _gate = new();
    private readonly IJournal _journal;
    private readonly List<JournalRecord> _records;
    private readonly CancellationTokenSource _broken = new();
    private List<Waiting> _queue = [];
    private TaskCompletionSource _changed = NewSignal();
    private JobState? _state;
    private Exception? _failure;
    private bool _writing;

    /// <summary>Reads a journal that the caller owns.</summary>
    /// <exception cref="JobException">Its events do not follow each other.</exception>
    public JobLedger(IJournal journal)
    {
        _journal = journal;
        _records = [.. journal.Records];
        _state = JobState.Fold(_records.Select(record => record.Event));
    }

    /// <summary>Cancelled when a write failed: nothing more can be recorded under this ownership.</summary>
    public CancellationToken Broken => _broken.Token;

    /// <summary>Why <see cref="Broken"/>, or null.</summary>
    public Exception? Failure
    {
        get
        {
            lock (_gate)
            {
                return _failure;
            }
        }
    }

    /// <summary>How many records there are.</summary>
    public long Count
    {
        get
        {
            lock (_gate)
            {
                return _records.Count;
            }
        }
    }

    /// <summary>Looks at the job (null before it is submitted) while nothing changes it; keep it short and let nothing of the state out.</summary>
    public T Read<T>(Func<JobState?, T> look)
    {
        lock (_gate)
        {
            return look(_state);
        }
    }

    /// <summary>The records from a number on, at most <paramref name="limit"/>; where there is none yet, waits for one.</summary>
    public async Task<IReadOnlyList<JournalRecord>> ReadAsync(long from, int limit, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_records.Count > from)
                {
                    return _records.GetRange((int)from, Math.Min(limit, _records.Count - (int)from));
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Appends an event; durable and visible when the returned task completes.</summary>
    /// <exception cref="JobException">It could not be written, or the journal has another owner now.</exception>
    public async Task<JournalRecord> AppendAsync(JournalEvent journalEvent) => (await EnqueueAsync(journalEvent, allowed: null))!;

    /// <summary>Appends an event if, when its turn comes, the job's state allows it; null where it does not.</summary>
    public Task<JournalRecord?> TryAppendAsync(JournalEvent journalEvent, Func<JobState, bool> allowed) => EnqueueAsync(journalEvent, allowed);

    /// <inheritdoc/>
    public void Dispose() => _broken.Dispose();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Task<JournalRecord?> EnqueueAsync(JournalEvent journalEvent, Func<JobState, bool>? allowed)
    {
        var waiting = new Waiting(journalEvent, allowed, new TaskCompletionSource<JournalRecord?>(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_gate)
        {
            if (_failure is not null)
            {
                return Task.FromException<JournalRecord?>(_failure);
            }

            _queue.Add(waiting);
            if (!_writing)
            {
                _writing = true;
                _ = Task.Run(WriteAsync);
            }
        }

        return waiting.Done.Task;
    }

    private async Task WriteAsync()
    {
        while (TakeBatch() is { } batch)
        {
            try
            {
                var records = await _journal.AppendAsync([.. batch.Select(waiting => waiting.Event)], CancellationToken.None);
                Show(records);
                for (var i = 0; i < batch.Count; i++)
                {
                    batch[i].Done.SetResult(records[i]);
                }
            }
#pragma warning disable CA1031 // Whatever it is, it goes to everyone who waits for this write or comes later.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                await BreakAsync(failure, batch);
            }
        }
    }

    // Conditions look at a state that holds everything before them, so an event with one begins a batch, and is alone in it.
    private List<Waiting>? TakeBatch()
    {
        lock (_gate)
        {
            while (_queue.Count > 0 && _queue[0].Allowed is { } allowed)
            {
                var first = _queue[0];
                _queue.RemoveAt(0);
                if (_state is not null && allowed(_state))
                {
                    return [first];
                }

                first.Done.SetResult(null);
            }

            if (_queue.Count == 0)
            {
                _writing = false;
                return null;
            }

            var conditional = _queue.FindIndex(waiting => waiting.Allowed is not null);
            var count = conditional < 0 ? _queue.Count : conditional;
            var batch = _queue.GetRange(0, count);
            _queue = _queue.GetRange(count, _queue.Count - count);
            return batch;
        }
    }

    private void Show(IReadOnlyList<JournalRecord> records)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            foreach (var record in records)
            {
                if (_state is null)
                {
                    _state = JobState.Fold([record.Event]);
                }
                else
                {
                    _state.Apply(record.Event);
                }

                _records.Add(record);
            }

            changed = _changed;
            _changed = NewSignal();
        }

        changed.SetResult();
    }

    private async Task BreakAsync(Exception failure, List<Waiting> batch)
    {
        List<Waiting> refused;
        lock (_gate)
        {
            _failure = failure;
            refused = [.. batch, .. _queue];
            _queue = [];
        }

        foreach (var waiting in refused)
        {
            waiting.Done.TrySetException(failure);
        }

        await _broken.CancelAsync();
    }

    private sealed record Waiting(JournalEvent Event, Func<JobState, bool>? Allowed, TaskCompletionSource<JournalRecord?> Done);
}
