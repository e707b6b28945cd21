namespace Orleans.Runtime;

/// <summary>A call of a grain's method, which takes its turns in an activation, and whose end the caller awaits.</summary>
internal sealed class Request(LocalSilo silo, GrainId target, Type face, MethodShape shape, object?[] arguments)
{
    private readonly TaskCompletionSource<object?> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITimer? _timer;
    private CancellationTokenRegistration _registration;
    private CancellationTokenSource? _cancellation;

    public string InterfaceName => face.FullName ?? face.Name;

    public string MethodName => shape.Method.Name;

    public bool AlwaysInterleave => shape.AlwaysInterleave;

    public Task<object?> Task => _completion.Task;

    /// <summary>Where it waits or runs. Moves with the request.</summary>
    public Activation? Activation { get; set; }

    public async Task<object?> RunAsync(Activation activation)
    {
        if (shape.CancellationIndex >= 0)
        {
            _cancellation = new CancellationTokenSource();
            arguments[shape.CancellationIndex] = _cancellation.Token;
        }

        try
        {
            var call = new IncomingCall(this, activation, silo.Filters);
            await call.Invoke();
            return silo.Copier.Copy(call.Result);
        }
        finally
        {
            _cancellation?.Dispose();
            _cancellation = null;
        }
    }

    public Task<object?> CallAsync(object grain) => shape.CallAsync(grain, arguments);

    /// <summary>Tells the running request that nobody waits any more. Called on the activation's scheduler.</summary>
    public void SignalCancellation() => _cancellation?.Cancel();

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

        // The caller may have gone: a failure that is not looked at is no error of this process.
        _ = _completion.Task.Exception;
        Release();
        return true;
    }

    /// <summary>Ends the wait after this time: the outcome is then unknown to the caller.</summary>
    public void TimeOutAfter(TimeSpan timeout, TimeProvider time)
    {
        if (timeout == Timeout.InfiniteTimeSpan)
        {
            return;
        }

        var late = $"Response did not arrive on time in {timeout} for message: {this}. ";
        _timer = Flow.Timer(time, _ => Abandon(new TimeoutException(late)), this, timeout);
        if (_completion.Task.IsCompleted)
        {
            Release();
        }
    }

    public void CancelWith(CancellationToken token)
    {
        _registration = token.UnsafeRegister(_ => Abandon(new OperationCanceledException(token)), state: null);
        if (_completion.Task.IsCompleted)
        {
            Release();
        }
    }

    public override string ToString() => $"{face.Name}[{target}].{shape.Method.Name}";

    private void Abandon(Exception failure)
    {
        if (Fail(failure))
        {
            Activation?.OnAbandoned(this);
        }
    }

    private void Release()
    {
        _timer?.Dispose();
        _registration.Unregister();
    }
}
