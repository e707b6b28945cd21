namespace Cluster.Silo.Gpus;

/// <summary>One GPU of this machine, to be looked at.</summary>
internal interface IGpuSensor
{
    /// <summary>Its slot, "cuda:0".</summary>
    string Device { get; }

    /// <summary>Reads it.</summary>
    GpuReading Read();
}
