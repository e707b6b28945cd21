using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Orleans.Runtime;

/// <summary>One grain in memory: its queue of requests, its turns, its end.</summary>
internal sealed class Activation : IGrainContext
{
    // The package's, for OnActivateAsync and OnDeactivateAsync.
    private static readonly TimeSpan LifecycleTimeout = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly LocalSilo _silo;
    private readonly GrainClass _class;
    private readonly ActivationScheduler _scheduler;
    private readonly RequestQueue _queue;
    private readonly TaskCompletionSource _deactivated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private AsyncServiceScope? _scope;
    private ActivationState _state;
    private DeactivationReason? _reason;
    private DateTimeOffset _usedAt;

    public Activation(LocalSilo silo, GrainId id, GrainClass grainClass)
    {
        _silo = silo;
        _class = grainClass;
        GrainId = id;
        _scheduler = new ActivationScheduler(this);
        _queue = new RequestQueue(grainClass.IsReentrant);
        _usedAt = silo.Time.GetUtcNow();
    }

    public GrainId GrainId { get; }

    public object? GrainInstance { get; private set; }

    public IServiceProvider ActivationServices =>
        _scope?.ServiceProvider ?? throw new InvalidOperationException($"{GrainId} is not active.");

    public Task Deactivated => _deactivated.Task;

    public bool IsEnding
    {
        get
        {
            lock (_lock)
            {
                return _state >= ActivationState.Deactivating;
            }
        }
    }

    public static Activation Of(IGrainBase grain) =>
        grain.GrainContext as Activation ?? throw new InvalidOperationException("The grain's context is not of this runtime.");

    public override string ToString() => $"[Activation: {GrainId}]";

    /// <summary>False when the activation is gone: the directory then has, or makes, another.</summary>
    public bool TryEnqueue(Request request)
    {
        lock (_lock)
        {
            if (_state == ActivationState.Gone)
            {
                return false;
            }

            request.Activation = this;
            _queue.Add(request);
            if (_state == ActivationState.Created)
            {
                _state = ActivationState.Activating;
                _scheduler.Run(ActivateAsync);
            }
            else
            {
                Pump();
            }

            return true;
        }
    }

    public void OnAbandoned(Request request)
    {
        bool running;
        lock (_lock)
        {
            running = !_queue.Remove(request);
        }

        if (running)
        {
            _scheduler.Run(() =>
            {
                request.SignalCancellation();
                return Task.CompletedTask;
            });
        }
    }

    /// <summary>Deactivates once the running requests have ended; requests that wait move to the next activation.</summary>
    public void Deactivate(DeactivationReason deactivationReason)
    {
        lock (_lock)
        {
            if (_reason is not null || _state == ActivationState.Gone)
            {
                return;
            }

            _reason = deactivationReason;
            if (_state == ActivationState.Valid)
            {
                _state = ActivationState.Deactivating;
                FinishWhenQuiet();
            }
            else if (_state == ActivationState.Created)
            {
                _state = ActivationState.Gone;
                _silo.Remove(this, successor: null);
                _deactivated.TrySetResult();
            }
        }
    }

    public void DeactivateIfIdle(DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_state != ActivationState.Valid || !_queue.IsEmpty || now - _usedAt < _class.CollectionAge(_silo.Collection))
            {
                return;
            }
        }

        Deactivate(new(DeactivationReasonCode.ActivationIdle, $"It was idle for {now - _usedAt}."));
    }

    // Under the lock.
    private void Pump()
    {
        if (_state != ActivationState.Valid)
        {
            return;
        }

        while (_queue.TryTake() is { } request)
        {
            _scheduler.Run(() => RunAsync(request));
        }
    }

    // Under the lock.
    private void FinishWhenQuiet()
    {
        if (_state == ActivationState.Deactivating && !_queue.IsRunning)
        {
            _scheduler.Run(EndAsync);
        }
    }

    private async Task RunAsync(Request request)
    {
        object? result = null;
        Exception? failure = null;
        try
        {
            result = await request.RunAsync(this);
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        // First the turn's end, then the reply: who has the reply finds the activation idle.
        lock (_lock)
        {
            _queue.Done(request);
            _usedAt = _silo.Time.GetUtcNow();
            Pump();
            FinishWhenQuiet();
        }

        Reply(request, result, failure);
    }

    private void Reply(Request request, object? result, Exception? failure)
    {
        if (failure is null)
        {
            request.Complete(result);
            return;
        }

        if (!request.Fail(Serialization.ExceptionPolicy.Carried(failure)))
        {
            _silo.Logger.LogWarning(failure, "{Request} of {Grain} failed and nobody waits for it", request, GrainId);
        }
    }

    private async Task ActivateAsync()
    {
        try
        {
            _scope = _silo.Services.CreateAsyncScope();
            GrainInstance = _class.Create(_scope.Value.ServiceProvider);
            using var timeout = new CancellationTokenSource(LifecycleTimeout, _silo.Time);
            if (GrainInstance is IGrainBase grain)
            {
                await grain.OnActivateAsync(timeout.Token).WaitAsync(timeout.Token);
            }
        }
        catch (Exception failure)
        {
            await RefuseAsync(failure);
            return;
        }

        lock (_lock)
        {
            _state = _reason is null ? ActivationState.Valid : ActivationState.Deactivating;
            _usedAt = _silo.Time.GetUtcNow();
            Pump();
            FinishWhenQuiet();
        }
    }

    private async Task RefuseAsync(Exception failure)
    {
        _silo.Logger.LogWarning(failure, "{Grain} could not be activated", GrainId);
        Request[] waiting;
        lock (_lock)
        {
            _state = ActivationState.Gone;
            waiting = _queue.TakeAll();
            _silo.Remove(this, successor: null);
        }

        await ReleaseAsync();
        foreach (var request in waiting)
        {
            request.Fail(Serialization.ExceptionPolicy.Carried(failure));
        }

        _deactivated.TrySetResult();
    }

    private async Task EndAsync()
    {
        try
        {
            using var timeout = new CancellationTokenSource(LifecycleTimeout, _silo.Time);
            if (GrainInstance is IGrainBase grain)
            {
                await grain.OnDeactivateAsync(_reason!.Value, timeout.Token).WaitAsync(timeout.Token);
            }
        }
        catch (Exception failure)
        {
            _silo.Logger.LogWarning(failure, "{Grain} failed to deactivate in order", GrainId);
        }

        await ReleaseAsync();
        lock (_lock)
        {
            _state = ActivationState.Gone;
            var waiting = _queue.TakeAll();

            // Requests that waited go to the next activation before any that has yet to come.
            if (waiting.Length > 0 && !_silo.IsStopped)
            {
                var successor = new Activation(_silo, GrainId, _class);
                lock (successor._lock)
                {
                    // In the directory before it runs: it may be over at once, and must not be put there after that.
                    _silo.Remove(this, successor);
                    Array.ForEach(waiting, request => successor.TryEnqueue(request));
                }
            }
            else
            {
                _silo.Remove(this, successor: null);
                Array.ForEach(waiting, request => request.Fail(new SiloUnavailableException()));
            }
        }

        _deactivated.TrySetResult();
    }

    private async Task ReleaseAsync()
    {
        try
        {
            if (GrainInstance is IAsyncDisposable asynchronous)
            {
                await asynchronous.DisposeAsync();
            }
            else
            {
                (GrainInstance as IDisposable)?.Dispose();
            }

            if (_scope is { } scope)
            {
                await scope.DisposeAsync();
            }
        }
        catch (Exception failure)
        {
            _silo.Logger.LogWarning(failure, "{Grain} failed to dispose of itself", GrainId);
        }
    }
}
