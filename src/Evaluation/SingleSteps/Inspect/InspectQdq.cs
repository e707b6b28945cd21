namespace Cluster.Evaluation.SingleSteps.Inspect;

/// <summary>The Q/DQ nodes of a quantized file.</summary>
/// <param name="QuantizeNodes">QuantizeLinear nodes: activations that are rounded to codes.</param>
/// <param name="DequantizeNodes">DequantizeLinear nodes, of activations and of constants.</param>
/// <param name="Constants">Constants stored as integer codes: weights and biases.</param>
/// <param name="Int8Nodes">Nodes all of whose inputs are dequantized codes.</param>
public sealed record InspectQdq(int QuantizeNodes, int DequantizeNodes, int Constants, int Int8Nodes, int Float32Nodes);
