using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>When a timer ticks, and how.</summary>
public readonly struct GrainTimerCreationOptions()
{
    [SetsRequiredMembers]
    public GrainTimerCreationOptions(TimeSpan dueTime, TimeSpan period)
        : this()
    {
        DueTime = dueTime;
        Period = period;
    }

    /// <summary><see cref="Timeout.InfiniteTimeSpan"/>: not before <see cref="IGrainTimer.Change"/>.</summary>
    public required TimeSpan DueTime { get; init; }

    /// <summary>From the end of a callback; <see cref="Timeout.InfiniteTimeSpan"/>: once.</summary>
    public required TimeSpan Period { get; init; }

    /// <summary>Whether ticks may run between the turns of requests.</summary>
    public bool Interleave { get; init; }

    /// <summary>Whether ticks count as use, for idle collection.</summary>
    public bool KeepAlive { get; init; }
}
