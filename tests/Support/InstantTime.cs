using System.Collections.Concurrent;

namespace Cluster.Tests;

/// <summary>Waits end at once and move the clock by their length; time-outs come only when a test says so.</summary>
public sealed class InstantTime : TimeProvider
{
    private static readonly DateTimeOffset Begin = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private readonly ConcurrentQueue<(TimerCallback Callback, object? State)> _timeouts = [];
    private long _ticks;

    /// <summary>The waits so far, in order.</summary>
    public ConcurrentQueue<TimeSpan> Waits { get; } = [];

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public override DateTimeOffset GetUtcNow() => Begin.AddTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (state is CancellationTokenSource)
        {
            _timeouts.Enqueue((callback, state));
        }
        else
        {
            Waits.Enqueue(dueTime);
            Interlocked.Add(ref _ticks, dueTime.Ticks);
            ThreadPool.QueueUserWorkItem(_ => callback(state));
        }

        return new NoTimer();
    }

    /// <summary>Lets every time-out come that is set.</summary>
    public void ExpireTimeouts()
    {
        while (_timeouts.TryDequeue(out var timeout))
        {
            timeout.Callback(timeout.State);
        }
    }

    private sealed class NoTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
