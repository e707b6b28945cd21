using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Orleans.Runtime;

/// <summary>One grain in memory: its queue of requests, its turns, its timers, its end.</summary>
internal sealed class Activation : IGrainContext
{
    private readonly Lock _lock = new();
    private readonly LocalSilo _silo;
    private readonly GrainClass _class;
    private readonly ActivationScheduler _scheduler;
    private readonly RequestQueue _queue;
    private readonly HashSet<GrainTimer> _timers = [];
    private readonly HashSet<IAbortable> _enumerations = [];
    private readonly TaskCompletionSource _deactivated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private AsyncServiceScope? _scope;
    private ActivationState _state;
    private DeactivationReason? _reason;
    private DateTimeOffset _usedAt;
    private DateTimeOffset _keepUntil;

    public Activation(LocalSilo silo, GrainId id, GrainClass grainClass)
    {
        _silo = silo;
        _class = grainClass;
        GrainId = id;
        _scheduler = new ActivationScheduler(this);
        _queue = new RequestQueue(grainClass);
        _usedAt = silo.Time.GetUtcNow();
    }

    public GrainId GrainId { get; }

    public object? GrainInstance { get; private set; }

    public GrainReference GrainReference => _silo.Factory.Reference(GrainId, _class.PrimaryInterface);

    public IServiceProvider ActivationServices => _scope?.ServiceProvider ?? throw new InvalidOperationException($"{GrainId} is not active.");

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

    public LocalSilo Silo => _silo;

    public static Activation Of(IGrainContext context) =>
        context as Activation ?? throw new InvalidOperationException("The grain's context is not of this runtime.");

    public bool Equals(IGrainContext? other) => ReferenceEquals(this, other);

    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    public override string ToString() => $"[Activation: {GrainId}]";

    /// <summary>False when the activation is gone: the directory then has, or makes, another.</summary>
    public bool TryEnqueue(Request request)
    {
        lock (_lock)
        {
            if (_state == ActivationState.Gone || (_state == ActivationState.Deactivating && request.LocalOnly))
            {
                return false;
            }

            request.Activation = this;
            _queue.Add(request);
            if (_state == ActivationState.Created)
            {
                _state = ActivationState.Activating;
                _scheduler.Run(() => ActivateAsync(request.Context));
            }
            else
            {
                Pump();
            }

            return true;
        }
    }

    public void OnAbandoned(Request request, bool signal)
    {
        bool running;
        lock (_lock)
        {
            running = !_queue.Remove(request);
        }

        if (running && signal)
        {
            _scheduler.Run(() =>
            {
                request.SignalCancellation();
                return Task.CompletedTask;
            });
        }
    }

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        IAbortable[] enumerations;
        lock (_lock)
        {
            if (_reason is not null || _state == ActivationState.Gone)
            {
                return;
            }

            _reason = deactivationReason;
            enumerations = [.. _enumerations];
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

        // An enumeration may wait for ever for its next element: it must not hold the activation.
        foreach (var enumeration in enumerations)
        {
            _scheduler.Run(enumeration.AbortAsync);
        }
    }

    public void DelayDeactivation(TimeSpan span)
    {
        lock (_lock)
        {
            var now = _silo.Time.GetUtcNow();
            _keepUntil = span <= TimeSpan.Zero ? default : span >= DateTimeOffset.MaxValue - now ? DateTimeOffset.MaxValue : now + span;
        }
    }

    public void DeactivateIfIdle(DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_state != ActivationState.Valid || !_queue.IsEmpty || now < _keepUntil || now - _usedAt < _class.CollectionAge(_silo.Collection))
            {
                return;
            }
        }

        Deactivate(new(DeactivationReasonCode.ActivationIdle, $"It was idle for {now - _usedAt}."), CancellationToken.None);
    }

    public IGrainTimer AddTimer(Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        var timer = new GrainTimer(this, callback, options);
        lock (_lock)
        {
            _timers.Add(timer);
        }

        timer.Change(options.DueTime, options.Period);
        return timer;
    }

    public void Forget(GrainTimer timer)
    {
        lock (_lock)
        {
            _timers.Remove(timer);
        }
    }

    public void Track(IAbortable enumeration)
    {
        lock (_lock)
        {
            _enumerations.Add(enumeration);
        }
    }

    public void Forget(IAbortable enumeration)
    {
        lock (_lock)
        {
            _enumerations.Remove(enumeration);
        }
    }

    public void EnterSection(Guid id)
    {
        lock (_lock)
        {
            _queue.EnterSection(id);
        }
    }

    public void ExitSection(Guid id)
    {
        lock (_lock)
        {
            _queue.ExitSection(id);
        }
    }

    // Under the lock.
    private void Pump()
    {
        if (_state != ActivationState.Valid)
        {
            return;
        }

        while (_queue.TryTake(GrainInstance!) is { } request)
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
        RequestContext.Import(request.Context);
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

        // Before any request that waits could run on state that is known to be wrong.
        if (failure is Storage.InconsistentStateException)
        {
            Deactivate(new(DeactivationReasonCode.ApplicationError, failure, "Its state is not what storage has."), CancellationToken.None);
        }

        // First the turn's end, then the reply: who has the reply finds the activation idle.
        lock (_lock)
        {
            _queue.Done(request);
            _usedAt = request.KeepsAlive ? _silo.Time.GetUtcNow() : _usedAt;
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

        if (request.OneWay || !request.Fail(Serialization.ExceptionPolicy.Carried(failure)))
        {
            _silo.Logger.LogWarning(failure, "{Request} of {Grain} failed and nobody waits for it", request, GrainId);
        }
    }

    private async Task ActivateAsync(IReadOnlyDictionary<string, object>? context)
    {
        RequestContext.Import(context);
        try
        {
            _scope = _silo.Services.CreateAsyncScope();
            GrainInstance = _class.Create(_scope.Value.ServiceProvider);
            using var timeout = new CancellationTokenSource(_silo.Collection.ActivationTimeout, _silo.Time);
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
        DisposeTimers();
        try
        {
            using var timeout = new CancellationTokenSource(_silo.Collection.DeactivationTimeout, _silo.Time);
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
            var waiting = _queue.TakeAll().Where(request => !request.LocalOnly).ToArray();

            // Requests that waited go to the next activation before any that has yet to come.
            if (waiting.Length > 0 && !_silo.IsStopped)
            {
                var successor = new Activation(_silo, GrainId, _class);
                Array.ForEach(waiting, request => successor.TryEnqueue(request));
                _silo.Remove(this, successor);
            }
            else
            {
                _silo.Remove(this, successor: null);
                Array.ForEach(waiting, request => request.Fail(new SiloUnavailableException()));
            }
        }

        _deactivated.TrySetResult();
    }

    private void DisposeTimers()
    {
        GrainTimer[] timers;
        lock (_lock)
        {
            timers = [.. _timers];
        }

        Array.ForEach(timers, timer => timer.Dispose());
    }

    private async Task ReleaseAsync()
    {
        DisposeTimers();
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
