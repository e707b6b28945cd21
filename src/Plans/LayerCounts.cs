namespace Cluster.Plans;

/// <summary>Layers with constant weights in a plan's file: convolutions, products of matrices, recurrent layers.</summary>
/// <param name="Quantized">Those whose weights are in another format than FP32.</param>
/// <param name="All">All of them, whether a plan can quantize them or not.</param>
public sealed record LayerCounts(int Quantized, int All);
