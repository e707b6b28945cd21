namespace Cluster.Kernels.Planning;

/// <summary>INT8 weights of one node, symmetric per output channel.</summary>
/// <param name="Codes">In the weight's own order.</param>
/// <param name="Scales">One a channel of <paramref name="Axis"/>.</param>
/// <param name="Shape">The weight's shape.</param>
public sealed record QuantizedWeights(sbyte[] Codes, float[] Scales, int Axis, long[] Shape);
