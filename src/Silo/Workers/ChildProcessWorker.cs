namespace Cluster.Silo.Workers;

/// <summary>A slot whose work runs in a separate process, started on first use, kept between items, and replaced when it is lost.</summary>
internal sealed class ChildProcessWorker(WorkerOptions options) : ISlotWorker
{
    private readonly SemaphoreSlim _free = new(1, 1);
    private readonly CancellationTokenSource _closing = new();
    private readonly NodeText _text = new(options.Folders);
    private EvaluatorProcess? _child;
    private string? _job;

    /// <summary>The child's process id, or null before the first item and after a loss.</summary>
    public int? ProcessId => _child is { IsOver: false } child ? child.ProcessId : null;

    /// <summary>Stage of the current item, or null if there is none.</summary>
    public WorkStage? Stage => _child?.Stage;

    // However the child ends, work ends in a result or a failure.
    public async Task<WorkResult> ExecuteAsync(
        JobEntry job, WorkItem item, IReadOnlyList<JournalRecord> journal, CancellationToken cancellationToken)
    {
        try
        {
            var reply = await AskAsync(
                id => new EvaluateRequest(id, job.Id, IsKnown(job, item) ? null : job, item),
                cancellationToken,
                JournalPage.Of(journal));
            return reply switch
            {
                ResultReply found => found.Result,
                FaultReply fault => new FailedResult(
                    FailureKind.NativeCrash, $"The evaluator failed unexpectedly ({fault.Exception}: {_text.Redact(fault.Text)})."),
                _ => new FailedResult(FailureKind.NativeCrash, $"The evaluator answered work with a {reply.GetType().Name}."),
            };
        }
        catch (ChildEndedException ended)
        {
            return ended.Failure with { Reason = _text.Redact(ended.Failure.Reason) };
        }
        catch (JobException unavailable)
        {
            return new FailedResult(FailureKind.Unavailable, _text.Redact(unavailable.Message));
        }
    }

    /// <summary>Ends the current work; its caller is told that the slot is not available.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _child?.End(new ChildEnd(FailureKind.Unavailable, "The silo is draining."));
        await _free.WaitAsync();
        if (_child is { } child)
        {
            await child.DisposeAsync();
        }

        _child = null;
        _free.Dispose();
        _closing.Dispose();
    }

    // One request at a time. If a child is lost before it starts on a request, the request goes to another child.
    private async Task<WorkerReply> AskAsync(
        Func<long, WorkerRequest> request, CancellationToken cancellation, IEnumerable<WorkerRequest>? ahead = null)
    {
        await _free.WaitAsync(cancellation);
        try
        {
            for (int attempt = 0; ; attempt++)
            {
                if (_closing.IsCancellationRequested)
                {
                    throw new JobException("The silo is draining.");
                }

                var child = await ChildAsync(cancellation);
                if (_closing.IsCancellationRequested)
                {
                    continue;
                }

                try
                {
                    var reply = await child.AskAsync(request, cancellation, ahead);
                    await DiscardIfCorruptedAsync(child, reply);
                    cancellation.ThrowIfCancellationRequested();
                    return reply is CancelledReply ? throw new OperationCanceledException(cancellation) : reply;
                }
                catch (ChildEndedException ended)
                {
                    cancellation.ThrowIfCancellationRequested();
                    if (ended.HasBegun || _closing.IsCancellationRequested)
                    {
                        throw;
                    }

                    if (attempt > 0)
                    {
                        throw new JobException($"The evaluator was lost twice before it took anything up: {ended.Message}", ended);
                    }
                }
            }
        }
        finally
        {
            _free.Release();
        }
    }

    // A child keeps the job of its last item, so a job is sent only when it changes, for example by its preparation.
    private bool IsKnown(JobEntry job, WorkItem item)
    {
        bool known = _job == job.Id && item is not PrepareItem;
        _job = item is PrepareItem ? null : job.Id;
        return known;
    }

    private async Task<EvaluatorProcess> ChildAsync(CancellationToken cancellation)
    {
        if (_child is { IsOver: false } warm)
        {
            return warm;
        }

        if (_child is { } lost)
        {
            await lost.DisposeAsync();
        }

        (_child, _job) = (null, null);
        return _child = await EvaluatorProcess.StartAsync(options, cancellation);
    }

    // A defect leaves the process in an unknown state; after a device error every later call would fail.
    private async Task DiscardIfCorruptedAsync(EvaluatorProcess child, WorkerReply reply)
    {
        ChildEnd? end = reply switch
        {
            ResultReply { Result: FailedResult { Kind: FailureKind.DeviceError } failure } => new ChildEnd(failure.Kind, failure.Reason),
            FaultReply fault => new ChildEnd(FailureKind.NativeCrash, fault.Text),
            _ => null,
        };
        if (end is not null)
        {
            child.End(end);
            (_child, _job) = (null, null);
            await child.DisposeAsync();
        }
    }
}
