namespace Cluster.Evaluation.SingleSteps.Inspect;

/// <summary>Weights that a file stores as codes in blocks for products and tables in float.</summary>
/// <param name="Operator">ONNX Runtime's operator that unpacks them.</param>
/// <param name="Bits">Bits of a code.</param>
/// <param name="Block">Weights that share a scale.</param>
/// <param name="Nodes">Nodes of the operator with such weights.</param>
/// <param name="Weights">Number of weights; those that several nodes read count once.</param>
/// <param name="Bytes">Bytes of their codes, scales and zero points.</param>
/// <param name="Share">Share of the file's bytes, 0 to 1.</param>
public sealed record InspectWeights(string Operator, int Bits, int Block, int Nodes, long Weights, long Bytes, double Share);
