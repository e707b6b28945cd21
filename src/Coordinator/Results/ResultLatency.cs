namespace Cluster.Coordinator.Results;

/// <summary>Latency of a run.</summary>
/// <param name="MedianMs">Median, in milliseconds.</param>
/// <param name="IqrMs">Interquartile range, in milliseconds.</param>
/// <param name="N">Timed runs.</param>
/// <param name="Runtime">The runtime and its version.</param>
/// <param name="Device">The device.</param>
/// <param name="Batch">Images per run.</param>
/// <param name="Threads">Threads.</param>
/// <param name="Float32MedianMs">Median of the FP32 runs interleaved with these: speed-ups are ratios to this one.</param>
/// <param name="Ci95">The 95 % interval of the median relative to that FP32 median: low, high.</param>
/// <param name="OtherCores">Cores that other processes kept busy meanwhile, if known.</param>
/// <param name="ClockHz">The lowest clock of the GPU in counted rounds; absent for the processor and if unknown.</param>
/// <param name="Throttled">
/// Why the GPU's clocks were throttled in counted rounds, by NVML's reasons, although such rounds are repeated; absent if they were not.
/// </param>
public sealed record ResultLatency(
    double MedianMs,
    double IqrMs,
    int N,
    string Runtime,
    string Device,
    int Batch,
    int Threads,
    double Float32MedianMs,
    IReadOnlyList<double>? Ci95 = null,
    double? OtherCores = null,
    double? ClockHz = null,
    IReadOnlyList<string>? Throttled = null)
{
    /// <summary>FP32's median over its own; null without a time.</summary>
    [JsonIgnore]
    public double? SpeedUp => MedianMs > 0 ? Float32MedianMs / MedianMs : null;
}
