using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Quantization.Blocks;

/// <summary>
/// A product with quantized weights in the form of ONNX Runtime's contributed operator MatMulNBits: y = x · Wᵀ, W (outputs, inputs) as
/// codes that are unpacked block by block during the multiplication.
/// </summary>
internal static class MatMulNBits
{
    /// <summary>The place of a bias among a node's inputs.</summary>
    public const int Bias = 5;

    // Values of accuracy_level, the lowest precision that a runtime may compute in.
    private const long Float32Level = 1;
    private const long Int8Level = 4;

    /// <summary>Its constants, by the names that <see cref="Nodes"/> reads them by.</summary>
    public static IEnumerable<(string Name, TensorData Value)> Constants(string weight, BlockCodes codes, NameSource names)
    {
        byte[] packed = codes.Packed(codes.Blocks * codes.Format.Block);
        yield return (names.Part(weight, "/codes"), TensorData.FromUInt8([codes.Outputs, codes.Blocks, BlockBytes(codes.Format)], packed));
        yield return (names.Part(weight, "/scales"), TensorData.FromFloats([codes.Scales.Length], codes.Scales));
        byte[] zeroPoints = codes.PackedZeroPoints();
        yield return (names.Part(weight, "/zeros"), TensorData.FromUInt8([zeroPoints.Length], zeroPoints));
    }

    /// <summary>The product, followed by the sum with a Gemm's third input.</summary>
    public static IEnumerable<GraphNode> Nodes(
        GraphNode node, BlockCodes codes, ActivationRounding activations, NameSource names)
    {
        bool hasBias = node.HasInput(2);
        string product = hasBias ? names.Value($"{node.Output}/product") : node.Output;
        yield return Product(node with { Outputs = [product] }, node.Inputs[1], codes, activations, names);
        if (hasBias)
        {
            yield return new GraphNode(names.Node($"{node.Name}/bias"), "Add", [product, node.Inputs[2]], [node.Output]);
        }
    }

    /// <summary>The product alone.</summary>
    /// <param name="weight">The name that <see cref="Constants"/> was given.</param>
    public static GraphNode Product(GraphNode node, string weight, BlockCodes codes, ActivationRounding activations, NameSource names) =>
        new(
            node.Name,
            WeightOnlyNodes.Product,
            [node.Inputs[0], names.Part(weight, "/codes"), names.Part(weight, "/scales"), names.Part(weight, "/zeros")],
            node.Outputs,
            ("K", AttributeValue.Of((long)codes.Inputs)),
            ("N", AttributeValue.Of((long)codes.Outputs)),
            ("bits", AttributeValue.Of((long)codes.Format.Bits)),
            ("block_size", AttributeValue.Of((long)codes.Format.Block)),
            ("accuracy_level", AttributeValue.Of(activations == ActivationRounding.Int8 ? Int8Level : Float32Level)))
        {
            Domain = WeightOnlyNodes.Domain,
        };

    private static int BlockBytes(BlockFormat format) => format.Block * format.Bits / 8;
}
