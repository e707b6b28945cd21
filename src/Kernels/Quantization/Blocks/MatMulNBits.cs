namespace Cluster.Kernels.Quantization.Blocks;

/// <summary>
/// A product with quantized weights in the form of ONNX Runtime's contributed operator MatMulNBits: y = x · Wᵀ, W (outputs, inputs) as
/// codes that are unpacked block by block during the multiplication.
/// </summary>
internal static class MatMulNBits
{
    /// <summary>The place of a bias among a node's inputs.</summary>
    public const int Bias = 5;

    // The accuracy_level that rounds activations to int8 in each run, with a scale for each block of a row.
    private const long Int8Level = 4;

    /// <summary>Its constants, by the names that <see cref="Product"/> reads them by.</summary>
    public static IEnumerable<(string Name, TensorData Value)> Constants(string weight, BlockCodes codes, NameSource names)
    {
        byte[] packed = codes.Packed(codes.Blocks * codes.Format.Block);
        yield return (names.Part(weight, "/codes"), TensorData.FromUInt8([codes.Outputs, codes.Blocks, BlockBytes(codes.Format)], packed));
        yield return (names.Part(weight, "/scales"), TensorData.FromFloats([codes.Scales.Length], codes.Scales));
        byte[] zeroPoints = codes.PackedZeroPoints();
        yield return (names.Part(weight, "/zeros"), TensorData.FromUInt8([zeroPoints.Length], zeroPoints));
    }

    /// <summary>The product, without a bias.</summary>
    /// <param name="weight">The name that <see cref="Constants"/> was given.</param>
    public static GraphNode Product(GraphNode node, string weight, BlockCodes codes, NameSource names) =>
        new(
            node.Name,
            WeightOnlyNodes.Product,
            [node.Inputs[0], names.Part(weight, "/codes"), names.Part(weight, "/scales"), names.Part(weight, "/zeros")],
            node.Outputs,
            ("K", AttributeValue.Of((long)codes.Inputs)),
            ("N", AttributeValue.Of((long)codes.Outputs)),
            ("bits", AttributeValue.Of((long)codes.Format.Bits)),
            ("block_size", AttributeValue.Of((long)codes.Format.Block)),
            ("accuracy_level", AttributeValue.Of(Int8Level)))
        {
            Domain = WeightOnlyNodes.Domain,
        };

    private static int BlockBytes(BlockFormat format) => format.Block * format.Bits / 8;
}
