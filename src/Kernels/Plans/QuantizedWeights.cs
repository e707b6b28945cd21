namespace Cluster.Kernels.Plans;

/// <summary>Weights of one node as codes with zero point 0, one scale an output channel.</summary>
/// <param name="Codes">In the weight's own order.</param>
/// <param name="Scales">One a channel of <paramref name="Axis"/>.</param>
/// <param name="Shape">The weight's shape.</param>
public sealed record QuantizedWeights(sbyte[] Codes, float[] Scales, int Axis, long[] Shape)
{
    /// <summary>Bits that a code needs, 2 to 8.</summary>
    public int Bits { get; init; } = 8;
}
