namespace Cluster.Coordinator.Plans;

/// <summary>The number format that a group is executed in.</summary>
public enum Precision
{
    /// <summary>32-bit floating point: the group stays as it was trained.</summary>
    Float32,

    /// <summary>8-bit (or fewer, in 8-bit containers) integers: weights, inputs and output are quantized.</summary>
    Int8,
}
