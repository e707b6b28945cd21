namespace Cluster.Kernels.QuantizedNetworks;

/// <summary>Codes of one weight that a reconstruction or a training chose, instead of rounding to nearest.</summary>
/// <param name="Codes">In the weight's own order and layout.</param>
/// <param name="Scales">One an output channel, positive.</param>
public sealed record LearnedWeights(sbyte[] Codes, float[] Scales);
