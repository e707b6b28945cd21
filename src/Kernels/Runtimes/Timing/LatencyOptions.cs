namespace Cluster.Kernels.Runtimes.Timing;

/// <summary>How latency is measured.</summary>
public sealed record LatencyOptions
{
    /// <summary>
    /// Rounds, each one turn of every session; at least so many where <see cref="Precision"/> is asked for and <see cref="AmpleTime"/> is
    /// not over.
    /// </summary>
    public int Rounds { get; init; } = 50;

    /// <summary>
    /// After this time, <see cref="AmpleRounds"/> whose intervals are as narrow as <see cref="Precision"/> asks for are enough: of a run
    /// of tens of milliseconds, more rounds cost seconds and decide nothing. Null: never.
    /// </summary>
    public TimeSpan? AmpleTime { get; init; }

    /// <summary>Rounds that are enough then, 6 and up for an interval of 95 %; null: <see cref="FewestRounds"/>.</summary>
    public int? AmpleRounds { get; init; }

    /// <summary>
    /// How long a turn takes, at least: as many runs, one after the other, as fill it, whose mean is the sample. One run of tens of
    /// microseconds is mostly what the clock, the caches and an interrupt make of it. Zero: one run.
    /// </summary>
    public TimeSpan TurnTime { get; init; }

    /// <summary>
    /// Rounds go on until the 95 % interval of every session's median ratio to the first session is at most so wide, as a share of it;
    /// null: <see cref="Rounds"/> and no more.
    /// </summary>
    public double? Precision { get; init; }

    /// <summary>Rounds at which a precision that is not reached is given up.</summary>
    public int MostRounds { get; init; } = 1000;

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
    /// Asked after each round whether the device was held down meanwhile: then the round is not counted, and measured again. Whoever
    /// answers sees to it that this ends. Null: every round counts.
    /// </summary>
    public Func<bool>? IsSpoilt { get; init; }

    /// <summary>
    /// Keeps the calling thread on one core meanwhile; without effect where the system lacks it. Only for sessions of
    /// one thread. Off by default: it did not lower the spread of medians on a busy machine, where it also keeps the
    /// thread from a core that is free.
    /// </summary>
    public bool PinThread { get; init; }
}
