namespace Cluster.Kernels.Metrics;

/// <summary>
/// Bytes of a network's numbers if every code is stored in exactly its bits, not in the bytes of a file format without narrow types. The
/// structure of the graph is not counted.
/// </summary>
public static class PackedSize
{
    private const long FloatBits = 32;

    /// <summary>All constants of the FP32 network.</summary>
    public static long Bytes(ModelGraph graph) => graph.Initializers.Values.Sum(constant => (long)constant.Bytes.Length);

    /// <summary>
    /// Weight codes at their bits with a float32 scale per channel or one for all (and, below 8 bits, the place of zero among the codes),
    /// biases as 32-bit numbers, for each quantized activation a float32 scale and a zero point; 16 bits for each constant of layers in
    /// FP16; the constants of ONNX Runtime's own operators as a file has them; everything else unchanged.
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
                + (weights.StoredScales.Count * (FloatBits + zeroBits))
                + (network.HasBias(node) ? weights.Scales.LongLength * FloatBits : 0);
            replaced.UnionWith(node.Inputs.Skip(1));
        }

        var names = new NameSource(graph);
        foreach (var node in graph.Nodes)
        {
            if (network.RuntimeNode(node, names) is { } own)
            {
                bits += 8 * own.Constants.Values.Sum(constant => (long)constant.Bytes.Length);
                replaced.UnionWith(node.Inputs.Except(own.Node.Inputs, StringComparer.Ordinal));
            }
        }

        bits += network.Layout.Points.Values
            .DistinctBy(point => point.ScaleOf)
            .Sum(point => FloatBits + BitsOf(network.Parameters(point).Maximum));
        var readers = graph.Nodes
            .Where(node => !network.Layout.HasQuantizedWeights(node) && !network.Layout.RuntimeNodes.ContainsKey(node.Name))
            .SelectMany(node => node.Inputs.Select(input => (input, IsHalf: network.Layout.FloatOf(node).IsHalf)))
            .ToLookup(reader => reader.input, reader => reader.IsHalf, StringComparer.Ordinal);
        bits += graph.Initializers
            .Where(pair => !replaced.Contains(pair.Key) || readers.Contains(pair.Key))
            .Sum(pair => BitsOf(pair.Value, [.. readers[pair.Key]]));
        return (bits + 7) / 8;
    }

    // A float constant that only 16-bit layers read is stored in 16 bits.
    private static long BitsOf(TensorData constant, bool[] halves) =>
        8L * constant.Bytes.Length / (constant.Type == ElementType.Float && halves is not [] && !halves.Contains(false) ? 2 : 1);

    private static long BitsOf(int highestCode) => 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)highestCode);
}
