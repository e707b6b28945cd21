namespace Cluster.Simulation.Rehearsals;

/// <summary>
/// A clock that jumps to the next timer once nothing is left to do before it: hours pass in as long as the work within them takes.
/// </summary>
internal sealed class VirtualTime : TimeProvider
{
    private static readonly DateTimeOffset Begin = new(2026, 11, 21, 0, 0, 0, TimeSpan.Zero);
    private readonly Lock _gate = new();
    private readonly PriorityQueue<(VirtualTimer Timer, long Version), (long Due, long Number)> _due = new();
    private TaskCompletionSource? _armed;
    private long _ticks;
    private long _number;

    /// <summary>Time since the clock was made.</summary>
    public TimeSpan Elapsed => TimeSpan.FromTicks(Interlocked.Read(ref _ticks));

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public override DateTimeOffset GetUtcNow() => Begin + Elapsed;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Completes when there is a timer.</summary>
    public Task ArmedAsync()
    {
        lock (_gate)
        {
            if (_due.Count > 0)
            {
                return Task.CompletedTask;
            }

            _armed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _armed.Task;
        }
    }

    /// <summary>Jumps to the next timers, and has all that are due at that moment tick; false where there is none.</summary>
    public bool Step()
    {
        var ticking = new List<VirtualTimer>();
        lock (_gate)
        {
            while (_due.TryPeek(out var next, out var at))
            {
                if (ticking.Count > 0 && at.Due > _ticks)
                {
                    break;
                }

                _due.Dequeue();
                if (next.Timer.Version == next.Version)
                {
                    Interlocked.Exchange(ref _ticks, at.Due);
                    ticking.Add(next.Timer);
                    next.Timer.Again();
                }
            }
        }

        ticking.ForEach(timer => timer.Tick());
        return ticking.Count > 0;
    }

    private sealed class VirtualTimer(VirtualTime time, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;
        private bool _disposed;

        // A timer that was changed leaves its earlier places in the queue, which do not count any more.
        public long Version { get; private set; }

        public void Tick() => callback(state);

        // Under the clock's lock.
        public void Again() => Enqueue(_period > TimeSpan.Zero ? _period : Timeout.InfiniteTimeSpan);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                _period = period;
                Enqueue(_disposed ? Timeout.InfiniteTimeSpan : dueTime);
                return !_disposed;
            }
        }

        public void Dispose()
        {
            lock (time._gate)
            {
                _disposed = true;
                Version++;
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Enqueue(TimeSpan due)
        {
            Version++;
            if (due >= TimeSpan.Zero)
            {
                time._due.Enqueue((this, Version), (time._ticks + due.Ticks, time._number++));
                time._armed?.SetResult();
                time._armed = null;
            }
        }
    }
}
