namespace Cluster.Evaluation.Gpus;

/// <summary>Reads the state of one GPU of this machine.</summary>
public interface IGpuSensor
{
    /// <summary>Its slot, "cuda:0".</summary>
    string Device { get; }

    /// <summary>Reads it.</summary>
    GpuReading Read();
}
