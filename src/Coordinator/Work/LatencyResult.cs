namespace Cluster.Coordinator.Work;

/// <summary>One latency observation: the plan's artefact and FP32, interleaved, with exclusive use of the machine.</summary>
public sealed record LatencyResult : WorkResult
{
    /// <summary>Digest of the plan that was measured.</summary>
    public required string PlanDigest { get; init; }

    /// <summary>Median of a run, in milliseconds.</summary>
    public required double MedianMs { get; init; }

    /// <summary>Interquartile range of a run, in milliseconds.</summary>
    public required double IqrMs { get; init; }

    /// <summary>Number of timed runs of each.</summary>
    public required int Count { get; init; }

    /// <summary>Median of an FP32 run, in milliseconds.</summary>
    public required double Float32MedianMs { get; init; }

    /// <summary>Interquartile range of an FP32 run, in milliseconds.</summary>
    public required double Float32IqrMs { get; init; }

    /// <summary>
    /// Ends of the 95 % interval of <see cref="MedianMs"/> relative to <see cref="Float32MedianMs"/>, from the ratio of the runs in turn;
    /// null if they were not in turn.
    /// </summary>
    public double? LowMs { get; init; }

    /// <inheritdoc cref="LowMs"/>
    public double? HighMs { get; init; }

    /// <summary>
    /// Digest of the first plan of the turn, if several plans ran in turn with one FP32: the same in all their results. Null: it ran with
    /// FP32 alone.
    /// </summary>
    public string? Turn { get; init; }

    /// <summary>Cores that other processes kept busy meanwhile, on average; null if unknown.</summary>
    public double? OtherCores { get; init; }

    /// <summary>The lowest clock of the GPU's multiprocessors in counted rounds, Hz; null for the processor, and if unknown.</summary>
    public double? ClockHz { get; init; }

    /// <summary>
    /// Why the GPU's clocks were throttled in counted rounds, although such rounds are repeated: NVML's reasons, separated by commas; null
    /// if they were not.
    /// </summary>
    public string? Throttled { get; init; }

    /// <summary>The reasons of <see cref="Throttled"/>, one by one; null where there are none.</summary>
    [JsonIgnore]
    public IReadOnlyList<string>? ThrottledBy => Throttled?.Split(',');

    /// <summary>Whether and how it is an earlier job's, which timed another kind of machine; null: this job's own.</summary>
    public EarlierTiming? Earlier { get; init; }

    /// <summary>The runtime and its version.</summary>
    public required string Runtime { get; init; }

    /// <summary>The device.</summary>
    public required string Device { get; init; }

    /// <summary>Images per run.</summary>
    public required int Batch { get; init; }

    /// <summary>Threads of the runtime.</summary>
    public required int Threads { get; init; }

    /// <summary>FP32's median over its own; null without a time.</summary>
    [JsonIgnore]
    public double? SpeedUp => MedianMs > 0 ? Float32MedianMs / MedianMs : null;

    /// <summary>Whether its interval does not exclude that FP32 is as fast.</summary>
    [JsonIgnore]
    public bool IsUnclear => HighMs >= Float32MedianMs;

    /// <summary>The same, rescaled as if FP32, which ran in turn with it, had taken the given milliseconds.</summary>
    public LatencyResult Beside(double float32Ms)
    {
        var scale = float32Ms / Float32MedianMs;
        return this with
        {
            MedianMs = MedianMs * scale,
            IqrMs = IqrMs * scale,
            LowMs = LowMs * scale,
            HighMs = HighMs * scale,
            Float32MedianMs = float32Ms,
            Float32IqrMs = Float32IqrMs * scale,
        };
    }
}

/// <summary>What an earlier job knows of a plan's latency.</summary>
public enum EarlierTiming
{
    /// <summary>It timed the plan.</summary>
    Measured,

    /// <summary>Its latency model predicts it.</summary>
    Predicted,
}

/// <summary>Latencies of several plans and FP32 that ran in turn, so that they can be compared with each other.</summary>
/// <param name="Plans">One per plan, in the order requested; all with the same FP32 median.</param>
/// <param name="Seconds">Wall time.</param>
public sealed record FinalTimingResult(IReadOnlyList<LatencyResult> Plans, double Seconds = 0) : WorkResult;
