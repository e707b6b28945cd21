namespace Cluster.Kernels.Weights;

/// <summary>The result of quantizing a product's weights.</summary>
/// <param name="Weight">Name of the constant in the FP32 network.</param>
/// <param name="Node">The first product that reads it.</param>
/// <param name="Outputs">Rows of the matrix.</param>
/// <param name="Inputs">Columns.</param>
/// <param name="Block">Weights that share a scale.</param>
/// <param name="WeightSqnrDb">Signal to rounding noise of the weights, dB; null if nothing was rounded.</param>
public sealed record QuantizedProduct(string Weight, string Node, int Outputs, int Inputs, int Block, double? WeightSqnrDb);
