namespace Cluster.Evaluation.Gpus;

/// <summary>One GPU of this machine, to be looked at.</summary>
public interface IGpuSensor
{
    /// <summary>Its slot, "cuda:0".</summary>
    string Device { get; }

    /// <summary>Reads it.</summary>
    GpuReading Read();
}
