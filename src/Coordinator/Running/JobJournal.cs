namespace Cluster.Coordinator.Running;

/// <summary>
/// The journal of a running job: the only writer of the stored events, and the state that follows from them. Events that arrive during a
/// write go together in the next one, so that many of them cost one wait for the disk. Nothing is visible here before it is durable, and no
/// event is written that cannot follow the stored ones. Thread-safe.
/// </summary>
/// <param name="stored">A journal that the caller owns; events that do not follow each other throw a <see cref="JobException"/>.</param>
public sealed class JobJournal(IJournal stored) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<JournalRecord> _records = [.. stored.Records];
    private readonly CancellationTokenSource _broken = new();
    private readonly Queue<Waiting> _queue = new();
    private TaskCompletionSource _changed = NewSignal();
    private JobState? _state = JobState.Fold(stored.Records.Select(record => record.Event));
    private Exception? _failure;
    private bool _writing;

    // The state including the events being written: conditions and the order of events are checked against it.
    private JobState? _ahead = JobState.Fold(stored.Records.Select(record => record.Event));

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

    /// <summary>
    /// Reads the job's state (null before it is submitted) while nothing changes it; keep it short and do not let the state escape.
    /// </summary>
    public T Read<T>(Func<JobState?, T> look)
    {
        lock (_gate)
        {
            return look(_state);
        }
    }

    /// <summary>The records from a number on, as many as there are.</summary>
    public IReadOnlyList<JournalRecord> Records(long from)
    {
        lock (_gate)
        {
            return _records.GetRange((int)from, (int)Math.Max(0, _records.Count - from));
        }
    }

    /// <summary>The records from a number on, at most <paramref name="limit"/>; if there is none yet, waits for one.</summary>
    /// <exception cref="JobException">None will come: a write failed (see <see cref="Failure"/>).</exception>
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

                if (_failure is not null)
                {
                    throw Refusal(_failure);
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Appends an event; durable and visible when the returned task completes.</summary>
    /// <exception cref="JobException">It cannot follow the events before it and was not written; or it could not be written; or the journal
    /// has another owner now.</exception>
    public async Task<JournalRecord> AppendAsync(JournalEvent journalEvent) => (await EnqueueAsync(journalEvent, allowed: null))!;

    /// <summary>
    /// Appends an event if, when its turn comes, the job's status allows it (<see cref="JobLifecycle"/>) and the caller still wants it;
    /// else null.
    /// </summary>
    public Task<JournalRecord?> TryAppendAsync(JournalEvent journalEvent, Func<bool>? wanted = null) =>
        EnqueueAsync(journalEvent, state => state.Allows(journalEvent) && wanted?.Invoke() != false);

    /// <inheritdoc/>
    public void Dispose() => _broken.Dispose();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // A new exception per caller: one thrown by several callers would collect all their stacks.
    private static JobException Refusal(Exception failure) => failure is JournalOwnershipException
        ? new JournalOwnershipException(failure.Message, failure)
        : new JobException(failure is JobException
            ? failure.Message
            : $"The journal could not be written ({failure.Message}): repair it, then run the command again to resume.", failure);

    private Task<JournalRecord?> EnqueueAsync(JournalEvent journalEvent, Func<JobState, bool>? allowed)
    {
        var waiting = new Waiting(
            journalEvent, allowed, new TaskCompletionSource<JournalRecord?>(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_gate)
        {
            if (_failure is not null)
            {
                return Task.FromException<JournalRecord?>(Refusal(_failure));
            }

            _queue.Enqueue(waiting);
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
                var records = await stored.AppendAsync([.. batch.Select(waiting => waiting.Event)], CancellationToken.None);
                Show(records);
                for (var i = 0; i < batch.Count; i++)
                {
                    batch[i].Done.SetResult(records[i]);
                }
            }
#pragma warning disable CA1031 // Any exception goes to all callers that wait for this write or come later.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                await BreakAsync(failure, batch);
            }
        }
    }

    // All waiting events that may be written. An event that cannot follow is refused here: once written, it would make the journal
    // unreadable forever.
    private List<Waiting>? TakeBatch()
    {
        var batch = new List<Waiting>();
        lock (_gate)
        {
            while (_queue.TryDequeue(out var next))
            {
                try
                {
                    if (next.Allowed is { } allowed && !(_ahead is not null && allowed(_ahead)))
                    {
                        next.Done.SetResult(null);
                        continue;
                    }

                    Advance(ref _ahead, next.Event);
                    batch.Add(next);
                }
#pragma warning disable CA1031 // The condition is the caller's code, so its exceptions go to the caller.
                catch (Exception refusal)
#pragma warning restore CA1031
                {
                    next.Done.SetException(refusal);
                }
            }

            _writing = batch.Count > 0;
        }

        return batch.Count > 0 ? batch : null;
    }

    private void Show(IReadOnlyList<JournalRecord> records)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            foreach (var record in records)
            {
                Advance(ref _state, record.Event);
                _records.Add(record);
            }

            changed = _changed;
            _changed = NewSignal();
        }

        changed.SetResult();
    }

    private static void Advance(ref JobState? state, JournalEvent journalEvent)
    {
        if (state is null)
        {
            state = JobState.Fold([journalEvent]);
        }
        else
        {
            state.Apply(journalEvent);
        }
    }

    private async Task BreakAsync(Exception failure, List<Waiting> batch)
    {
        List<Waiting> refused;
        TaskCompletionSource changed;
        lock (_gate)
        {
            _failure = failure;
            refused = [.. batch, .. _queue];
            _queue.Clear();
            changed = _changed;
        }

        foreach (var waiting in refused)
        {
            waiting.Done.TrySetException(Refusal(failure));
        }

        changed.TrySetResult();
        await _broken.CancelAsync();
    }

    private sealed record Waiting(JournalEvent Event, Func<JobState, bool>? Allowed, TaskCompletionSource<JournalRecord?> Done);
}
