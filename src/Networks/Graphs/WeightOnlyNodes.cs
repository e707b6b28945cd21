namespace Cluster.Networks.Graphs;

/// <summary>
/// ONNX Runtime's own operators whose weights are codes. They mark a network as quantized.
/// </summary>
public static class WeightOnlyNodes
{
    /// <summary>The domain of ONNX Runtime's contributed operators.</summary>
    public const string Domain = "com.microsoft";

    /// <summary>A product by weights in codes.</summary>
    public const string Product = "MatMulNBits";

    /// <summary>Rows of a table in codes.</summary>
    public const string Table = "GatherBlockQuantized";

    /// <summary>An LSTM by weights in codes, which rounds inputs and states in each run.</summary>
    public const string Lstm = "DynamicQuantizeLSTM";

    /// <summary>A product by weights in codes, which rounds activations in each run.</summary>
    public const string DynamicProduct = "DynamicQuantizeMatMul";

    /// <summary>Whether a node is one of them.</summary>
    public static bool Is(GraphNode node) => Is(node.Domain, node.OpType);

    /// <summary>How many nodes of a file are quantized, by kind; null if none is.</summary>
    /// <returns>E.g. "12 QuantizeLinear and 30 DequantizeLinear nodes".</returns>
    public static string? Quantized(ModelGraph graph)
    {
        string[] kinds =
        [
            .. graph.Nodes
                .Where(IsQuantized)
                .GroupBy(node => node.OpType, StringComparer.Ordinal)
                .OrderByDescending(nodes => nodes.Key, StringComparer.Ordinal)
                .Select(nodes => $"{nodes.Count()} {nodes.Key}"),
        ];
        return kinds.Length == 0 ? null : $"{string.Join(" and ", kinds)} nodes";
    }

    /// <summary>Throws if the network is quantized.</summary>
    /// <param name="graph">As read from the file.</param>
    /// <param name="path">The file's name for messages.</param>
    /// <exception cref="KernelException">It is quantized.</exception>
    public static void RequireFloat(ModelGraph graph, string path)
    {
        if (Quantized(graph) is { } found)
        {
            throw new KernelException($"{path} is quantized already (it has {found}); give the FP32 network it was made from, or what "
                + "./cluster dequantize makes of it.");
        }
    }

    /// <summary>Whether a node makes, reads or computes with codes.</summary>
    public static bool IsQuantized(GraphNode node) => Is(node) || node.OpType is "QuantizeLinear" or "DequantizeLinear" or "QGemm"
        or "DynamicQuantizeLinear" or "MatMulInteger" or "MatMulIntegerToFloat" or "ConvInteger" or Lstm or DynamicProduct
        || node.OpType.StartsWith("QLinear", StringComparison.Ordinal);

    internal static bool Is(string domain, string type) => domain == Domain && type is (Product or Table);
}
