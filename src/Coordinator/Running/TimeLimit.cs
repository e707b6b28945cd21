namespace Cluster.Coordinator.Running;

/// <summary>
/// Signals when a job's time limit elapses. It counts the time that the job was worked on, over all runs, without pauses and suspensions,
/// and in this run without waits for the machine. The search does not read it: the runner journals its signal and what it leaves out.
/// </summary>
internal sealed class TimeLimit : IDisposable
{
    // A stopped job whose answer was refused begins nothing more beyond this multiple of the limit.
    private const double Most = 1.2;

    // The longest interval of a single timer here.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly CancellationTokenSource _up = new();
    private readonly JobJournal _journal;
    private readonly TimeProvider _time;
    private readonly Func<TimeSpan> _waited;
    private readonly TimeSpan _waitedBefore;
    private readonly TimeSpan _limit;
    private readonly TimeSpan _before;
    private readonly Lock _gate = new();
    private readonly StandingTime _standing = new();
    private long _records;
    private readonly long _began;
    private readonly ITimer? _timer;
    private bool _disposed;

    /// <param name="minutes">The job's limit in minutes; null: none.</param>
    /// <param name="waited">How long this run has waited for the machine; null: not at all.</param>
    public TimeLimit(double? minutes, JobJournal journal, TimeProvider time, Func<TimeSpan>? waited = null)
    {
        Minutes = minutes;
        _journal = journal;
        _time = time;
        _waited = waited ?? (static () => TimeSpan.Zero);
        _waitedBefore = _waited();
        _began = time.GetTimestamp();
        _records = journal.Count;
        if (minutes is not { } given)
        {
            return;
        }

        _limit = TimeSpan.FromMinutes(Math.Min(given, TimeSpan.MaxValue.TotalMinutes / 2));
        _before = WorkingTime.Of(journal.Records(0));
        Reason = given == 1
            ? "its minute is over"
            : $"its {given:0.##} minutes are over";
        if (Measure() <= TimeSpan.Zero)
        {
            _up.Cancel();
            return;
        }

        _timer = time.CreateTimer(_ => Look(), state: null, Next(), Timeout.InfiniteTimeSpan);
    }

    /// <summary>The job's limit in minutes; null: none.</summary>
    public double? Minutes { get; }

    /// <summary>The time left, 0 and up; null if there is no limit.</summary>
    public TimeSpan? Left => Reason.Length == 0 ? null : Measure() is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    /// <summary>Whether the limit is exceeded by a fifth of it.</summary>
    public bool IsFarOver => Reason.Length > 0 && Measure() <= _limit * (1 - Most);

    /// <summary>Cancelled when the limit elapses.</summary>
    public CancellationToken Up => _up.Token;

    /// <summary>The elapsed limit, as half a sentence.</summary>
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

    // Runs on the timer's thread, where nothing may be thrown; the timer may tick once more during disposal.
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

    // Each check only adds the records since the last one: thousands of items check, each twice.
    private TimeSpan Measure()
    {
        lock (_gate)
        {
            foreach (var record in _journal.Records(_records))
            {
                _standing.Add(record);
                _records++;
            }

            return _limit - _before - _time.GetElapsedTime(_began) + _standing.Until(_time.GetUtcNow()) + _waited() - _waitedBefore;
        }
    }

    // One millisecond more than the time left, so that a timer that fires a little early does not loop.
    private TimeSpan Next() => TimeSpan.FromMilliseconds(1) + (Measure() is var left && left < Longest ? left : Longest);
}
