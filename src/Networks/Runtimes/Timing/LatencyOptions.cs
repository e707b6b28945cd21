using System.Text.Json.Serialization;

namespace Cluster.Networks.Runtimes.Timing;

/// <summary>How latency is measured.</summary>
public sealed record LatencyOptions
{
    /// <summary>Rounds, each one turn of every session.</summary>
    public int Rounds { get; init; } = 50;

    /// <summary>
    /// Minimum duration of a turn: it consists of as many consecutive runs as fill it, and the sample is their mean. A single run of tens
    /// of microseconds mostly reflects the clock, the caches and interrupts. Zero: one run.
    /// </summary>
    public TimeSpan TurnTime { get; init; }

    /// <summary>Runs of each session before the first round, at least.</summary>
    public int WarmUpRuns { get; init; } = 10;

    /// <summary>Time for which each session runs before the first round, at least.</summary>
    public TimeSpan WarmUpTime { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// After this time the measurement ends with the rounds it has, but not before <see cref="FewestRounds"/>; a warm-up ends when its
    /// share (a quarter of the cap, split equally between the sessions) is used up. Null: no cap.
    /// </summary>
    public TimeSpan? TimeCap { get; init; }

    /// <summary>Rounds that are measured even after the time cap.</summary>
    public int FewestRounds { get; init; } = 3;

    /// <summary>
    /// Called after each round: true if the device was throttled meanwhile; the round is then not counted, but measured again. The callback
    /// must make sure that this ends. Null: every round counts.
    /// </summary>
    [JsonIgnore]
    public Func<bool>? IsSpoilt { get; init; }

    /// <summary>
    /// Keeps the calling thread on one core meanwhile; no effect if the system does not support it. Only for sessions of one thread. Off by
    /// default: it did not lower the spread of medians on a busy machine, where it also keeps the thread from a free core.
    /// </summary>
    public bool PinThread { get; init; }
}
