namespace Cluster.Coordinator.Running;

/// <summary>
/// Pauses, resumes and cancels a running job. A request is in the journal before it has an effect, so it survives a crash. Thread-safe.
/// </summary>
public sealed class JobControl : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _switching = new(1, 1);
    private readonly JobJournal _journal;
    private readonly CancellationTokenSource _cancelled = new();
    private readonly CancellationTokenSource _stopped = new();
    private TaskCompletionSource? _resumed;
    private int _inFlight;

    /// <summary>Restores the journal's state of pauses and cancellation.</summary>
    public JobControl(JobJournal journal)
    {
        _journal = journal;
        var status = Status;
        if (status is JobStatus.Pausing or JobStatus.Paused)
        {
            _resumed = NewSignal();
        }

        if (status == JobStatus.Cancelling)
        {
            _cancelled.Cancel();
        }

        if (journal.Read(state => state?.StopReason is not null))
        {
            _stopped.Cancel();
        }
    }

    /// <summary>Cancelled once the job's cancellation was requested.</summary>
    public CancellationToken Cancelled => _cancelled.Token;

    /// <summary>Cancelled once the search shall end with the best so far.</summary>
    public CancellationToken Stopped => _stopped.Token;

    private JobStatus? Status => _journal.Read(state => state?.Status);

    /// <summary>
    /// Starts no new work until <see cref="ResumeAsync"/>; false if the job has ended or was not submitted. Pausing again changes nothing.
    /// </summary>
    public Task<bool> PauseAsync() => InTurnAsync(async () =>
    {
        // Set before the request is written, so that nothing starts after the request is in the journal.
        lock (_gate)
        {
            _resumed ??= NewSignal();
        }

        await _journal.TryAppendAsync(new PauseRequested());
        if (Status is not (JobStatus.Pausing or JobStatus.Paused))
        {
            Open();
            return false;
        }

        await SettleAsync();
        return true;
    });

    /// <summary>Resumes; false if the job has ended or was not submitted. Resuming a running job changes nothing.</summary>
    public Task<bool> ResumeAsync() => InTurnAsync(async () =>
    {
        await _journal.TryAppendAsync(new JobResumed());
        Open();
        return Status is JobStatus.Queued or JobStatus.Running or JobStatus.AwaitingLabels or JobStatus.Unschedulable;
    });

    /// <summary>Records labels that a person gave; false if the job does not wait for them (any more).</summary>
    public async Task<bool> LabelAsync(LabelsGiven labels)
    {
        await _journal.TryAppendAsync(labels);
        return _journal.Read(state => state?.LabelsOf(labels.Images) is not null);
    }

    /// <summary>Stops running work and ends the job; false if it has already ended otherwise. Cancelling again changes nothing.</summary>
    public async Task<bool> CancelAsync(string reason)
    {
        await _journal.TryAppendAsync(new CancelRequested(reason));
        if (Status is not (JobStatus.Cancelling or JobStatus.Cancelled))
        {
            return false;
        }

        await _cancelled.CancelAsync();
        return true;
    }

    /// <summary>
    /// Ends the search with the best so far, even of a paused job; false if the job has ended or was not submitted. Stopping again changes
    /// nothing.
    /// </summary>
    public Task<bool> StopAsync(string reason) => InTurnAsync(async () =>
    {
        if (_journal.Read(state => state?.StopReason is null))
        {
            await _journal.TryAppendAsync(new StopRequested(reason));
        }

        if (_journal.Read(state => state?.StopReason is null) || Status == JobStatus.Cancelling)
        {
            return false;
        }

        Open();
        await _stopped.CancelAsync();
        return true;
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopped.Dispose();
        _cancelled.Dispose();
        _switching.Dispose();
    }

    /// <summary>Waits while the job is paused, then counts one more piece of work as running.</summary>
    internal async Task EnterAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task resumed;
            lock (_gate)
            {
                if (_resumed is null)
                {
                    _inFlight++;
                    return;
                }

                resumed = _resumed.Task;
            }

            // A pause that was requested before a crash takes effect when work would start.
            await SettleAsync();
            await resumed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Counts a piece of work as ended.</summary>
    internal Task LeaveAsync()
    {
        lock (_gate)
        {
            _inFlight--;
        }

        return SettleAsync();
    }

    /// <summary>
    /// Waits before a piece of work goes on, such as between two attempts; meanwhile it does not count as running: a pause can take effect,
    /// and delays it.
    /// </summary>
    internal async Task StepAsideAsync(Func<Task> wait, CancellationToken cancellationToken)
    {
        var counted = false;
        await LeaveAsync();
        try
        {
            await wait();
            await EnterAsync(cancellationToken);
            counted = true;
        }
        finally
        {
            if (!counted)
            {
                // The caller ends it in any case.
                lock (_gate)
                {
                    _inFlight++;
                }
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task<bool> InTurnAsync(Func<Task<bool>> change)
    {
        await _switching.WaitAsync();
        try
        {
            return await change();
        }
        finally
        {
            _switching.Release();
        }
    }

    private void Open()
    {
        TaskCompletionSource? resumed;
        lock (_gate)
        {
            resumed = _resumed;
            _resumed = null;
        }

        resumed?.SetResult();
    }

    private async Task SettleAsync()
    {
        if (IsSettled())
        {
            // Checked again when the event's turn comes: meanwhile the job may have been resumed, work started and another pause requested.
            await _journal.TryAppendAsync(new JobPaused(), IsSettled);
        }
    }

    private bool IsSettled()
    {
        lock (_gate)
        {
            return _resumed is not null && _inFlight == 0;
        }
    }
}
