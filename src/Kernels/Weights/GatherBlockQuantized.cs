using Cluster.Kernels.Graphs;
using Cluster.Kernels.Quantization.Blocks;

namespace Cluster.Kernels.Weights;

/// <summary>
/// Rows of a quantized table, by ONNX Runtime's contributed operator of this name: codes are unpacked to float32 when rows are read.
/// </summary>
internal static class GatherBlockQuantized
{
    /// <summary>Its constants, by the names that <see cref="Node"/> reads them by.</summary>
    /// <param name="weight">Name of the table.</param>
    /// <param name="codes">Codes of its rows; with 4-bit codes each row has an even number of weights.</param>
    /// <param name="names">Names that are new to the file.</param>
    /// <param name="outer">Sizes before the last axis; their product is the number of rows.</param>
    public static IEnumerable<(string Name, TensorData Value)> Constants(
        string weight, BlockCodes codes, NameSource names, params long[] outer)
    {
        byte[] packed = codes.Packed(codes.Inputs);
        byte[] zeroPoints = codes.PackedZeroPoints();
        yield return (names.Part(weight, "/codes"), TensorData.FromUInt8([.. outer, packed.Length / codes.Outputs], packed));
        yield return (names.Part(weight, "/scales"), TensorData.FromFloats([.. outer, codes.Blocks], codes.Scales));
        yield return (names.Part(weight, "/zeros"), TensorData.FromUInt8([.. outer, zeroPoints.Length / codes.Outputs], zeroPoints));
    }

    /// <summary>Reads parts of the table along its first axis.</summary>
    /// <param name="name">Name of the node.</param>
    /// <param name="weight">Name of the table.</param>
    /// <param name="codes">Codes of its rows.</param>
    /// <param name="names">Names that are new to the file.</param>
    /// <param name="rank">Rank of the table.</param>
    /// <param name="indices">Name of the indices of the parts.</param>
    /// <param name="output">Name of the result.</param>
    public static GraphNode Node(
        string name, string weight, BlockCodes codes, NameSource names, int rank, string indices, string output) => new(
        name,
        WeightOnlyNodes.Table,
        [names.Part(weight, "/codes"), indices, names.Part(weight, "/scales"), names.Part(weight, "/zeros")],
        [output],
        ("bits", AttributeValue.Of((long)codes.Format.Bits)),
        ("block_size", AttributeValue.Of((long)codes.Format.Block)),
        ("gather_axis", AttributeValue.Of(0L)),
        ("quantize_axis", AttributeValue.Of(rank - 1L)))
        {
            Domain = WeightOnlyNodes.Domain,
        };

    /// <summary>Whether rows of this many weights have a packed form that is worthwhile.</summary>
    public static bool Fits(long inputs) => inputs >= BlockFormat.SmallestBlock && inputs % 2 == 0;
}
