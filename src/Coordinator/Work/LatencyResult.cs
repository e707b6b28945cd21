namespace Cluster.Coordinator.Work;

/// <summary>One latency observation: the plan's artefact and FP32, interleaved, on a machine of their own.</summary>
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

    /// <summary>The runtime and its version.</summary>
    public required string Runtime { get; init; }

    /// <summary>The device.</summary>
    public required string Device { get; init; }

    /// <summary>Images per run.</summary>
    public required int Batch { get; init; }

    /// <summary>Threads of the runtime.</summary>
    public required int Threads { get; init; }
}
