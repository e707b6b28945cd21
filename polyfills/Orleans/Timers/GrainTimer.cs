using Microsoft.Extensions.Logging;

namespace Orleans.Runtime;

internal sealed class GrainTimer : IGrainTimer
{
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _lock = new();
    private readonly Activation _activation;
    private readonly Func<CancellationToken, Task> _callback;
    private readonly GrainTimerCreationOptions _options;
    private readonly ITimer _timer;
    private TimeSpan _next;
    private TimeSpan _period;
    private bool _firing;

    public GrainTimer(Activation activation, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        _activation = activation;
        _callback = callback;
        _options = options;
        _timer = Flow.Timer(activation.Silo.Time, _ => Tick(), this, Timeout.InfiniteTimeSpan);
    }

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        Validate(dueTime, nameof(dueTime));
        Validate(period, nameof(period));
        lock (_lock)
        {
            _next = dueTime;
            _period = period;
            if (!_firing)
            {
                _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
            }
        }
    }

    public void Dispose()
    {
        _ended.Cancel();
        _timer.Dispose();
        _activation.Forget(this);
    }

    private static void Validate(TimeSpan span, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan((long)span.TotalMilliseconds, -1, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)span.TotalMilliseconds, uint.MaxValue - 1, name);
    }

    private void Tick()
    {
        lock (_lock)
        {
            _firing = true;
        }

        _activation.TryEnqueue(new TurnRequest($"timer of {_activation.GrainId}", RunAsync)
        {
            OneWay = true,
            LocalOnly = true,
            AlwaysInterleave = _options.Interleave,
            KeepsAlive = _options.KeepAlive,
        });
    }

    private async Task<object?> RunAsync(Activation activation)
    {
        if (_ended.IsCancellationRequested)
        {
            return null;
        }

        lock (_lock)
        {
            _next = _period;
        }

        try
        {
            await _callback(_ended.Token);
        }
        catch (Exception failure)
        {
            activation.Silo.Logger.LogWarning(failure, "A timer's callback of {Grain} failed; the timer goes on", activation.GrainId);
        }

        lock (_lock)
        {
            _firing = false;
            if (!_ended.IsCancellationRequested)
            {
                _timer.Change(_next, Timeout.InfiniteTimeSpan);
            }
        }

        return null;
    }
}
