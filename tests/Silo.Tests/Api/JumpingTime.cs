namespace Cluster.Silo.Tests.Api;

/// <summary>
/// The system's clock, whose time of day can be set forward: long waits that are over by then end. Short ones take their time.
/// </summary>
internal sealed class JumpingTime : TimeProvider
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    private readonly Lock _gate = new();
    private readonly List<(DateTimeOffset Due, ITimer Timer)> _long = [];
    private TimeSpan _by;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return base.GetUtcNow() + _by;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime >= Long && period == Timeout.InfiniteTimeSpan)
        {
            lock (_gate)
            {
                _long.Add((GetUtcNow() + dueTime, timer));
            }
        }

        return timer;
    }

    public void Jump(TimeSpan by)
    {
        ITimer[] due;
        lock (_gate)
        {
            _by += by;
            var now = GetUtcNow();
            due = [.. _long.Where(one => one.Due <= now).Select(one => one.Timer)];
            _long.RemoveAll(one => one.Due <= now);
        }

        foreach (var timer in due)
        {
            timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }
}
