namespace Cluster.Kernels.Export;

/// <summary>
/// Proves, from the codes in a file, on which x86 processors its integer products are exact. ONNX Runtime's kernels for processors without
/// VNNI add two products of uint8 and int8 in 16 bits: they are exact for all activations if no pair of neighbouring weights
/// (<see cref="PairedCodes"/>) can overflow. Weights in uint8 are widened first; those of 4 bits cannot reach the limit.
/// </summary>
public static class SaturatingProducts
{
    /// <summary>The metadata key that says where a file's products are exact.</summary>
    public const string Metadata = "cluster.exact_on";

    /// <summary>The value of <see cref="Metadata"/> for a file that is exact with and without VNNI.</summary>
    public const string EveryX86 = "every x86";

    /// <summary>The value of <see cref="Metadata"/> for a file that may saturate on x86 without VNNI.</summary>
    public const string OnlyVnni = "x86 with AVX-512 VNNI or AVX-VNNI";

    /// <summary>
    /// The value of <see cref="Metadata"/> for a file with weights in 4-bit blocks, whose sums each kind of kernel rounds otherwise.
    /// </summary>
    public const string OneKind = "processors of one kind";

    /// <summary>Names of the layers whose sums may saturate on x86 without VNNI; empty: the file is exact on every x86.</summary>
    /// <param name="file">A QDQ graph as written, weights as int8 or uint8 constants behind a DequantizeLinear or of an LSTM.</param>
    public static IReadOnlyList<string> In(ModelGraph file)
    {
        var codes = file.Nodes
            .Where(node => node.OpType == "DequantizeLinear" && file.Initializers.ContainsKey(node.Inputs[0]))
            .ToDictionary(node => node.Output, node => file.Initializers[node.Inputs[0]], StringComparer.Ordinal);
        return
        [
            .. file.Nodes
                .Where(node => DynamicLstm.Saturates(node, file.Initializers)
                    || (node.OpType is "Conv" or "Gemm" or "MatMul"
                        && codes.TryGetValue(node.Inputs[1], out var weights)
                        && weights.Type == ElementType.Int8
                        && PairedCodes.Saturate(node, weights.Shape, weights.As<sbyte>())))
                .Select(node => node.Name),
        ];
    }

    /// <summary>The value for a file: <see cref="EveryX86"/>, <see cref="OnlyVnni"/> or <see cref="OneKind"/>.</summary>
    internal static string Exact(ModelGraph file) =>
        file.Nodes.Any(node => node.OpType == WeightOnlyNodes.Product) ? OneKind : In(file).Count == 0 ? EveryX86 : OnlyVnni;

    /// <summary>The value that a file states, if any: see <see cref="Exact"/>.</summary>
    public static string? StatedIn(ModelGraph file) => file.Metadata.GetValueOrDefault(Metadata);
}
