namespace Cluster.Kernels.Runtimes.Timing;

/// <summary>How latency is measured.</summary>
public sealed record LatencyOptions
{
    /// <summary>Rounds, each one run of every session.</summary>
    public int Rounds { get; init; } = 50;

    /// <summary>Runs of each session before the first round, at least.</summary>
    public int WarmUpRuns { get; init; } = 10;

    /// <summary>Time for which each session runs before the first round, at least.</summary>
    public TimeSpan WarmUpTime { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// After this time the measurement ends with the rounds it has, but not before <see cref="FewestRounds"/>;
    /// a warm-up ends when its share (an equal one per session, of a quarter of the cap) is used up. Null: no cap.
    /// </summary>
    public TimeSpan? TimeCap { get; init; }

    /// <summary>Rounds that the time cap leaves alone.</summary>
    public int FewestRounds { get; init; } = 3;

    /// <summary>
    /// Keeps the calling thread on one core meanwhile; without effect where the system lacks it. Only for sessions of
    /// one thread. Off by default: it did not lower the spread of medians on a busy machine, where it also keeps the
    /// thread from a core that is free.
    /// </summary>
    public bool PinThread { get; init; }
}
