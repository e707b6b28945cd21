namespace Cluster.Evaluation.Gpus;

/// <summary>Reads the state of one GPU of this machine.</summary>
public interface IGpuSensor
{
    /// <summary>Its slot, "cuda:0".</summary>
    string Device { get; }

    /// <summary>Reads it.</summary>
    GpuReading Read();
}

/// <summary>A GPU's current state; null for values it does not report.</summary>
public sealed record GpuReading
{
    /// <summary>Share of the last sample period in which a kernel ran, 0 to 1.</summary>
    public double? Utilization { get; init; }

    /// <summary>Bytes of its memory in use.</summary>
    public long? UsedBytes { get; init; }

    /// <summary>Bytes of its memory.</summary>
    public long? TotalBytes { get; init; }

    /// <summary>Watts.</summary>
    public double? Power { get; init; }

    /// <summary>Clock of its multiprocessors, Hz.</summary>
    public double? ClockHz { get; init; }

    /// <summary>Why its clocks are throttled, by the names of <see cref="ThrottleReasons"/>; null if not reported.</summary>
    public IReadOnlySet<string>? Throttled { get; init; }
}
