using System.Globalization;
using Cluster.Coordinator.Journal;

namespace Cluster.Coordinator.Running;

/// <summary>
/// Says when the minutes of a job are over: those that it was worked on, over all runs, without its pauses and
/// suspensions. No decision reads it; the runner journals what it says.
/// </summary>
internal sealed class TimeLimit : IDisposable
{
    // Timers take no more than this at once.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly CancellationTokenSource _up = new();
    private readonly JobJournal _journal;
    private readonly TimeProvider _time;
    private readonly TimeSpan _limit;
    private readonly TimeSpan _before;
    private readonly Lock _gate = new();
    private readonly StandingTime _standing = new();
    private long _records;
    private readonly long _began;
    private readonly ITimer? _timer;
    private bool _disposed;

    /// <param name="minutes">The job's minutes; null: as long as it takes.</param>
    public TimeLimit(double? minutes, JobJournal journal, TimeProvider time)
    {
        Minutes = minutes;
        _journal = journal;
        _time = time;
        _began = time.GetTimestamp();
        _records = journal.Count;
        if (minutes is not { } given)
        {
            return;
        }

        _limit = TimeSpan.FromMinutes(Math.Min(given, TimeSpan.MaxValue.TotalMinutes / 2));
        _before = WorkingTime.Of(journal.Records(0));
        Reason = string.Create(CultureInfo.InvariantCulture, $"its {given:0.##} minutes are over");
        if (Measure() <= TimeSpan.Zero)
        {
            _up.Cancel();
            return;
        }

        _timer = time.CreateTimer(_ => Look(), state: null, Next(), Timeout.InfiniteTimeSpan);
    }

    /// <summary>The job's minutes; null: as long as it takes.</summary>
    public double? Minutes { get; }

    /// <summary>What is left, 0 and up; null where there is no limit.</summary>
    public TimeSpan? Left => Reason.Length == 0 ? null : Measure() is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    /// <summary>Cancelled when the minutes are over.</summary>
    public CancellationToken Up => _up.Token;

    /// <summary>What is over, as half a sentence.</summary>
    public string Reason { get; } = string.Empty;

    public void Dispose()
    {
        _timer?.Dispose();
        lock (_gate)
        {
            _disposed = true;
        }

        _up.Dispose();
    }

    // On the timer's thread, where nothing may be thrown; the timer may tick once more while it is disposed of.
    private void Look()
    {
        var isUp = Measure() <= TimeSpan.Zero;
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            if (isUp)
            {
                _ = _up.CancelAsync();
                return;
            }
        }

        _timer!.Change(Next(), Timeout.InfiniteTimeSpan);
    }

    // Each look adds what was written since the last one: thousands of items look, each twice.
    private TimeSpan Measure()
    {
        lock (_gate)
        {
            foreach (var record in _journal.Records(_records))
            {
                _standing.Add(record);
                _records++;
            }

            return _limit - _before - _time.GetElapsedTime(_began) + _standing.Until(_time.GetUtcNow());
        }
    }

    // A millisecond more than what is left, so that a timer that comes a little early is not one that never ends.
    private TimeSpan Next() => TimeSpan.FromMilliseconds(1) + (Measure() is var left && left < Longest ? left : Longest);
}
