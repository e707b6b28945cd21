namespace Cluster.Coordinator.Views;

/// <summary>When a job was started, paused and ended, from its journal's time stamps.</summary>
internal sealed class JobClock
{
    private DateTimeOffset? _pausedAt;
    private TimeSpan _paused;

    public DateTimeOffset? CreatedAt { get; private set; }

    public DateTimeOffset? StartedAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    public void Turn(JobStatus after, DateTimeOffset at)
    {
        CreatedAt ??= at;
        if (after == JobStatus.Running)
        {
            StartedAt ??= at;
        }

        if (_pausedAt is { } since && !Stands(after))
        {
            _paused += at - since;
            _pausedAt = null;
        }

        // A pause before the start does not count.
        if (Stands(after) && StartedAt is not null)
        {
            _pausedAt ??= at;
        }

        if (after.HasEnded())
        {
            EndedAt = at;
        }
    }

    private static bool Stands(JobStatus status) => status is JobStatus.Paused or JobStatus.Suspended or JobStatus.AwaitingLabels;

    /// <summary>Clocks of several hosts wrote the stamps: a negative difference counts as zero.</summary>
    public TimeSpan Elapsed(DateTimeOffset now)
    {
        if (StartedAt is not { } started)
        {
            return TimeSpan.Zero;
        }

        var elapsed = (EndedAt ?? _pausedAt ?? now) - started - _paused;
        return elapsed > TimeSpan.Zero ? elapsed : TimeSpan.Zero;
    }
}
