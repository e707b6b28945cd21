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
    private readonly long _recordsBefore;
    private readonly long _began;
    private readonly ITimer? _timer;

    /// <param name="minutes">The job's minutes; null: as long as it takes.</param>
    public TimeLimit(double? minutes, JobJournal journal, TimeProvider time)
    {
        _journal = journal;
        _time = time;
        _began = time.GetTimestamp();
        _recordsBefore = journal.Count;
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

    /// <summary>What is left, 0 and up; null where there is no limit.</summary>
    public TimeSpan? Left => Reason.Length == 0 ? null : Measure() is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    /// <summary>Cancelled when the minutes are over.</summary>
    public CancellationToken Up => _up.Token;

    /// <summary>What is over, as half a sentence.</summary>
    public string Reason { get; } = string.Empty;

    public void Dispose()
    {
        _timer?.Dispose();
        _up.Dispose();
    }

    private void Look()
    {
        if (Measure() <= TimeSpan.Zero)
        {
            _up.Cancel();
        }
        else
        {
            _timer!.Change(Next(), Timeout.InfiniteTimeSpan);
        }
    }

    private TimeSpan Measure() =>
        _limit - _before - _time.GetElapsedTime(_began) + WorkingTime.Paused(_journal.Records(_recordsBefore), _time.GetUtcNow());

    // A millisecond more than what is left, so that a timer that comes a little early is not one that never ends.
    private TimeSpan Next() => TimeSpan.FromMilliseconds(1) + (Measure() is var left && left < Longest ? left : Longest);
}
