using Cluster.Kernels.Graphs;
using Cluster.Kernels.Planning;
using Cluster.Kernels.Quantization;

namespace Cluster.Kernels.Reconstruction;

/// <summary>What a reconstruction begins with: how many bits each weight has and where activations are quantized, with calibrated ranges.</summary>
/// <param name="WeightBits">2 to 8, by the name of the weighted node; weights that are not listed stay in FP32.</param>
/// <param name="Activations">By tensor; every reader sees the tensor quantized. Codes and zero points stay, scales may be learned.</param>
public sealed record ReconstructionStart(IReadOnlyDictionary<string, int> WeightBits, IReadOnlyDictionary<string, QuantizationParameters> Activations)
{
    /// <summary>The weights and the ranges of a resolved plan. A tensor that the plan quantizes for some of its readers only is taken as quantized for all.</summary>
    /// <param name="weightBits">Of a node whose weights the plan quantizes.</param>
    public static ReconstructionStart Of(QuantizedNetwork network, Func<GraphNode, int> weightBits) => new(
        network.Graph.Groups.SelectMany(group => group.Nodes).Where(network.Layout.HasQuantizedWeights).ToDictionary(node => node.Name, weightBits, StringComparer.Ordinal),
        // Where elements are only moved, codes stay as they are: such a tensor is quantized by being made from a quantized one.
        network.Layout.Points.Values.Where(point => point.Tensor == point.ScaleOf).ToDictionary(point => point.Tensor, network.Parameters, StringComparer.Ordinal));
}
