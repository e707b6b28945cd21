namespace Cluster.Kernels.Correction;

/// <summary>Two layers whose common channels were equalized, by node name.</summary>
/// <param name="LargestFactor">Largest of max(S, 1/S) over the channels, S being what the first layer was divided
/// by.</param>
public sealed record EqualizedPair(string First, string Second, double LargestFactor);
