using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Weights;

/// <summary>
/// A product with quantized weights in the form of ONNX Runtime's contributed operator MatMulNBits: y = x · Wᵀ, W (outputs, inputs) as
/// codes that are unpacked block by block during the multiplication.
/// </summary>
internal static class MatMulNBits
{
    // Values of accuracy_level, the lowest precision that a runtime may compute in.
    private const long Float32Level = 1;
    private const long Int8Level = 4;

    /// <summary>Its constants, by the names that <see cref="Nodes"/> reads them by.</summary>
    public static IEnumerable<(string Name, TensorData Value)> Constants(string weight, BlockCodes codes)
    {
        byte[] packed = codes.Packed(codes.Blocks * codes.Format.Block);
        yield return (Codes(weight), TensorData.FromUInt8([codes.Outputs, codes.Blocks, BlockBytes(codes.Format)], packed));
        yield return (Scales(weight), TensorData.FromFloats([codes.Scales.Length], codes.Scales));
        byte[] zeroPoints = codes.PackedZeroPoints();
        yield return (ZeroPoints(weight), TensorData.FromUInt8([zeroPoints.Length], zeroPoints));
    }

    /// <summary>The product, followed by the sum with a Gemm's third input.</summary>
    public static IEnumerable<GraphNode> Nodes(GraphNode node, BlockCodes codes, ActivationRounding activations)
    {
        string weight = node.Inputs[1];
        bool hasBias = node.HasInput(2);
        string product = hasBias ? $"{node.Output}/product" : node.Output;
        yield return new GraphNode(
            node.Name,
            WeightOnlyNodes.Product,
            [node.Inputs[0], Codes(weight), Scales(weight), ZeroPoints(weight)],
            [product],
            ("K", AttributeValue.Of((long)codes.Inputs)),
            ("N", AttributeValue.Of((long)codes.Outputs)),
            ("bits", AttributeValue.Of((long)codes.Format.Bits)),
            ("block_size", AttributeValue.Of((long)codes.Format.Block)),
            ("accuracy_level", AttributeValue.Of(activations == ActivationRounding.Int8 ? Int8Level : Float32Level)))
        {
            Domain = WeightOnlyNodes.Domain,
        };
        if (hasBias)
        {
            yield return new GraphNode($"{node.Name}/bias", "Add", [product, node.Inputs[2]], [node.Output]);
        }
    }

    private static string Codes(string weight) => $"{weight}/codes";

    private static string Scales(string weight) => $"{weight}/scales";

    private static string ZeroPoints(string weight) => $"{weight}/zeros";

    private static int BlockBytes(BlockFormat format) => format.Block * format.Bits / 8;
}
