namespace Orleans.Runtime;

/// <summary>Something that takes its turns in an activation, and whose end somebody may await.</summary>
internal abstract class Request
{
    private readonly TaskCompletionSource<object?> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITimer? _timer;
    private CancellationTokenRegistration _registration;

    public GrainId? Source { get; } = RuntimeContext.Current?.GrainId;

    public IReadOnlyDictionary<string, object>? Context { get; init; }

    public bool AlwaysInterleave { get; init; }

    public bool ReadOnly { get; init; }

    public bool OneWay { get; init; }

    /// <summary>Whether it counts as use, for idle collection.</summary>
    public bool KeepsAlive { get; init; } = true;

    /// <summary>Meant for one activation: never moves to the next.</summary>
    public bool LocalOnly { get; init; }

    public Task<object?> Task => _completion.Task;

    public bool IsCompleted => _completion.Task.IsCompleted;

    /// <summary>Where it waits or runs. Moves with the request.</summary>
    public Activation? Activation { get; set; }

    public abstract Task<object?> RunAsync(Activation activation);

    /// <summary>Tells the running request that nobody waits any more. Called on the activation's scheduler.</summary>
    public virtual void SignalCancellation()
    {
    }

    public void Complete(object? result)
    {
        if (_completion.TrySetResult(result))
        {
            Release();
        }
    }

    public bool Fail(Exception failure)
    {
        if (!_completion.TrySetException(failure))
        {
            return false;
        }

        // A one-way request has nobody to look at its failure.
        _ = _completion.Task.Exception;
        Release();
        return true;
    }

    /// <summary>Ends the wait after this time: the outcome is then unknown to the caller.</summary>
    public void TimeOutAfter(TimeSpan timeout, bool cancels, TimeProvider time)
    {
        if (timeout == Timeout.InfiniteTimeSpan)
        {
            return;
        }

        _timer = Flow.Timer(time, _ => Abandon(
            new TimeoutException($"Response did not arrive on time in {timeout} for message: {this}. "), cancels), this, timeout);
        if (IsCompleted)
        {
            Release();
        }
    }

    public void CancelWith(CancellationToken token)
    {
        _registration = token.UnsafeRegister(_ => Abandon(new OperationCanceledException(token), signal: true), state: null);
        if (IsCompleted)
        {
            Release();
        }
    }

    private void Abandon(Exception failure, bool signal)
    {
        if (Fail(failure))
        {
            Activation?.OnAbandoned(this, signal);
        }
    }

    private void Release()
    {
        _timer?.Dispose();
        _registration.Unregister();
    }
}
