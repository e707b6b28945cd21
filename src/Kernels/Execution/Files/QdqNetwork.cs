using Cluster.Kernels.Graphs;
using Cluster.Kernels.Quantization;
using Cluster.Plans;

namespace Cluster.Kernels.Execution.Files;

/// <summary>What a QDQ file says, apart: the network in real numbers, and how its tensors and constants are rounded.</summary>
/// <param name="Graph">
/// Without QuantizeLinear, DequantizeLinear and Casts between floats; constants are the numbers that their codes stand for, in float32.
/// </param>
/// <param name="Pairs">The Q/DQ pair of a tensor, by its name.</param>
/// <param name="Readers">Which nodes see which tensor through its pair.</param>
/// <param name="Codes">Of the constants of <paramref name="Graph"/> that are stored as codes, by name.</param>
/// <param name="Floats">Formats of the nodes that compute in another float than FP32, by name.</param>
internal sealed record QdqNetwork(
    ModelGraph Graph,
    IReadOnlyDictionary<string, QuantizationParameters> Pairs,
    IReadOnlySet<(string Tensor, string Node)> Readers,
    IReadOnlyDictionary<string, StoredCodes> Codes,
    IReadOnlyDictionary<string, NumberFormat> Floats);
