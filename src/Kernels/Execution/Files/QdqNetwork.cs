namespace Cluster.Kernels.Execution.Files;

/// <summary>A QDQ file taken apart: the network in real numbers, and how its tensors and constants are rounded.</summary>
/// <param name="Graph">
/// Without QuantizeLinear, DequantizeLinear and Casts between floats; constants are the real values of their codes, in float32.
/// </param>
/// <param name="Pairs">The Q/DQ pair of a tensor, by its name.</param>
/// <param name="Readers">The nodes that see each tensor through its pair.</param>
/// <param name="Codes">The constants of <paramref name="Graph"/> that are stored as codes, by name.</param>
/// <param name="Floats">Formats of the nodes that compute in a float other than FP32, by name.</param>
internal sealed record QdqNetwork(
    ModelGraph Graph,
    IReadOnlyDictionary<string, QuantizationParameters> Pairs,
    IReadOnlySet<(string Tensor, string Node)> Readers,
    IReadOnlyDictionary<string, StoredCodes> Codes,
    IReadOnlyDictionary<string, NumberFormat> Floats);
