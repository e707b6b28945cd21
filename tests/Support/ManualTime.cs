using Microsoft.Extensions.Time.Testing;

namespace Cluster.Tests;

/// <summary>A clock that only <see cref="FakeTimeProvider.Advance"/> moves; due timers tick within it, in order.</summary>
public sealed class ManualTime(DateTimeOffset now) : FakeTimeProvider(now)
{
    private TimeSpan _set;
    private (TimeSpan Due, TaskCompletionSource Source)? _awaited;

    /// <summary>A clock that stands at the beginning of 2026.</summary>
    public ManualTime()
        : this(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _set;

    // The base class takes it from the time of day.
    public override long GetTimestamp() => base.GetTimestamp() - _set.Ticks;

    /// <summary>Sets the time of day, as an operator does: no time passes.</summary>
    public void Set(TimeSpan by) => _set += by;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (_awaited is { } awaited && awaited.Due == dueTime)
        {
            awaited.Source.TrySetResult();
        }

        return timer;
    }

    /// <summary>Completes when a timer is next made with this due time.</summary>
    public Task ArmedAsync(TimeSpan due)
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _awaited = (due, source);
        return source.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }
}
