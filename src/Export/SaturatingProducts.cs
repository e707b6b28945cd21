namespace Cluster.Export;

/// <summary>
/// Proves, from the codes in a file, which integer products are exact on every processor. ONNX Runtime's kernels for AVX2 without VNNI
/// add two products of uint8 and int8 in 16 bits: they are exact for all activations if no pair of neighbouring weights
/// (<see cref="PairedCodes"/>) can overflow. Weights in uint8 are widened first; those of 4 bits cannot reach the limit.
/// </summary>
public static class SaturatingProducts
{
    /// <summary>Names of the layers whose sums may saturate on x86 with AVX2 and without VNNI; empty: none does.</summary>
    /// <param name="file">A QDQ graph as written, weights as int8 or uint8 constants behind a DequantizeLinear or of an LSTM.</param>
    public static IReadOnlyList<string> In(ModelGraph file)
    {
        var codes = file.Nodes
            .Where(node => node.OpType == "DequantizeLinear" && file.Initializers.ContainsKey(node.Inputs[0]))
            .ToDictionary(node => node.Output, node => file.Initializers[node.Inputs[0]], StringComparer.Ordinal);
        var decoded = file.Nodes.Where(node => node.OpType == "DequantizeLinear").Select(node => node.Output)
            .ToHashSet(StringComparer.Ordinal);
        return
        [
            .. file.Nodes
                .Where(node => DynamicLstm.Saturates(node, file.Initializers)
                    || (node.OpType is "Conv" or "Gemm" or "MatMul"
                        && decoded.Contains(node.Inputs[0]) // else it computes in float
                        && codes.TryGetValue(node.Inputs[1], out var weights)
                        && weights.Type == ElementType.Int8
                        && PairedCodes.Saturate(node, weights.Shape, weights.As<sbyte>())))
                .Select(node => node.Name),
        ];
    }
}
