using Cluster.Kernels.Graphs;
using Cluster.Kernels.Quantization;

namespace Cluster.Kernels.Export;

/// <summary>
/// Proves, from the codes in a file, on which x86 processors its integer products are exact. ONNX Runtime's kernels for processors without
/// VNNI add two products of uint8 and int8 in 16 bits: they are exact whatever the activations are if no pair of neighbouring weights
/// (<see cref="PairedCodes"/>) can exceed them. Weights in uint8 are widened first; those of 4 bits cannot reach the limit.
/// </summary>
public static class SaturatingProducts
{
    /// <summary>The metadata of a file that says where its products are exact.</summary>
    public const string Metadata = "cluster.exact_on";

    /// <summary>What <see cref="Metadata"/> says of a file that is exact with and without VNNI.</summary>
    public const string EveryX86 = "every x86";

    /// <summary>What <see cref="Metadata"/> says of a file that may saturate on x86 without VNNI.</summary>
    public const string OnlyVnni = "x86 with AVX-512 VNNI or AVX-VNNI";

    /// <summary>Names of the layers whose sums may saturate on x86 without VNNI; none: the file is exact on every x86.</summary>
    /// <param name="file">A QDQ graph as it is written, weights as int8 or uint8 constants behind a DequantizeLinear.</param>
    public static IReadOnlyList<string> In(ModelGraph file)
    {
        var codes = file.Nodes
            .Where(node => node.OpType == "DequantizeLinear" && file.Initializers.ContainsKey(node.Inputs[0]))
            .ToDictionary(node => node.Output, node => file.Initializers[node.Inputs[0]], StringComparer.Ordinal);
        return
        [
            .. file.Nodes
                .Where(node => node.OpType is "Conv" or "Gemm" or "MatMul"
                    && codes.TryGetValue(node.Inputs[1], out var weights)
                    && weights.Type == ElementType.Int8
                    && PairedCodes.Saturate(node, weights.Shape, weights.As<sbyte>()))
                .Select(node => node.Name),
        ];
    }

    /// <summary>What a file says of itself, if it says so: <see cref="EveryX86"/> or <see cref="OnlyVnni"/>.</summary>
    public static string? StatedIn(ModelGraph file) => file.Metadata.GetValueOrDefault(Metadata);
}
