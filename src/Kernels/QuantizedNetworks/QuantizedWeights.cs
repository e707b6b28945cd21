namespace Cluster.Kernels.QuantizedNetworks;

/// <summary>Weights of one node as codes with zero point 0, one scale per output channel or the same for all.</summary>
/// <param name="Codes">In the weight's own order.</param>
/// <param name="Scales">One per channel of <paramref name="Axis"/>.</param>
/// <param name="Shape">The weight's shape.</param>
public sealed record QuantizedWeights(sbyte[] Codes, float[] Scales, int Axis, long[] Shape)
{
    private const int Middle = 128;

    /// <summary>Bits that a code needs, 2 to 8.</summary>
    public int Bits { get; init; } = 8;

    /// <summary>Whether a file has one scale for the whole tensor; <see cref="Scales"/> are all equal then.</summary>
    public bool IsPerTensor { get; init; }

    /// <summary>The scales in the form of a file.</summary>
    internal TensorData StoredScales => TensorData.FromFloats(StoredShape, Scales.AsSpan(0, StoredCount));

    /// <summary>Zero points for <see cref="StoredScales"/>.</summary>
    internal TensorData StoredZeros => TensorData.FromInt8(StoredShape, new sbyte[StoredCount]);

    /// <summary>The axis of <see cref="StoredScales"/>; null for a scalar.</summary>
    internal int? StoredAxis => IsPerTensor ? null : Axis;

    /// <summary>
    /// Codes and zero points as uint8, every code and 0 moved up by 128: the same numbers, for kernels that are exact only with uint8.
    /// </summary>
    internal (TensorData Codes, TensorData Zeros) Unsigned => (
        TensorData.FromUInt8(Shape, Array.ConvertAll(Codes, code => (byte)(code + Middle))),
        TensorData.FromUInt8(StoredShape, Enumerable.Repeat((byte)Middle, StoredCount).ToArray()));

    private int StoredCount => IsPerTensor ? 1 : Scales.Length;

    private long[] StoredShape => IsPerTensor ? [] : [Scales.Length];
}
