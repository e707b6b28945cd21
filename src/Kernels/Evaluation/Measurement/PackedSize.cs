using Cluster.Kernels.Graphs;
using Cluster.Kernels.Plans;

namespace Cluster.Kernels.Evaluation.Measurement;

/// <summary>
/// Bytes that the numbers of a network need when every code is stored in the bits that it has, instead of in the bytes
/// of a file format without narrow types. The structure of the graph is not counted.
/// </summary>
public static class PackedSize
{
    private const long FloatBits = 32;

    /// <summary>All constants of the FP32 network.</summary>
    public static long Bytes(ModelGraph graph) => graph.Initializers.Values.Sum(constant => (long)constant.Bytes.Length);

    /// <summary>
    /// Weight codes at their bits with a float32 scale a channel (and, below 8 bits, the place of zero among the
    /// codes), biases as 32-bit numbers, for each quantized activation a float32 scale and a zero point; everything
    /// else as it came.
    /// </summary>
    public static long Bytes(QuantizedNetwork network)
    {
        var graph = network.Graph.Graph;
        var replaced = new HashSet<string>(StringComparer.Ordinal);
        long bits = 0;
        foreach (var node in graph.Nodes.Where(network.Layout.HasQuantizedWeights))
        {
            var weights = network.Weights(node);
            long zeroBits = weights.Bits < 8 ? weights.Bits : 0;
            bits += (weights.Codes.LongLength * weights.Bits)
                + (weights.Scales.LongLength * (FloatBits + zeroBits + (network.HasBias(node) ? FloatBits : 0)));
            replaced.UnionWith(node.Inputs.Skip(1));
        }

        bits += network.Layout.Points.Values
            .DistinctBy(point => point.ScaleOf)
            .Sum(point => FloatBits + BitsOf(network.Parameters(point).Maximum));
        var stillRead = graph.Nodes
            .Where(node => !network.Layout.HasQuantizedWeights(node))
            .SelectMany(node => node.Inputs)
            .ToHashSet(StringComparer.Ordinal);
        bits += graph.Initializers
            .Where(pair => !replaced.Contains(pair.Key) || stillRead.Contains(pair.Key))
            .Sum(pair => 8L * pair.Value.Bytes.Length);
        return (bits + 7) / 8;
    }

    private static long BitsOf(int highestCode) => 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)highestCode);
}
