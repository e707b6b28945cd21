using Cluster.Kernels.Quantization.Blocks;

namespace Cluster.Kernels.Quantization.RuntimeNodes;

/// <summary>
/// A product by constant weights as ONNX Runtime's MatMulNBits: weights in 4 bits rounded to nearest, with a scale for each block of 32
/// inputs; activations rounded to int8 in each run, block by block.
/// </summary>
internal static class BlockProduct
{
    private static readonly BlockFormat Format = new(4, 32);

    /// <inheritdoc cref="DynamicProduct.Of"/>
    public static RuntimeNode Of(GraphNode node, TensorData weight, float[]? bias, NameSource names)
    {
        bool isTransposed = DynamicProduct.IsTransposed(node);
        var (inputs, outputs) = isTransposed ? ((int)weight.Shape[1], (int)weight.Shape[0]) : ((int)weight.Shape[0], (int)weight.Shape[1]);
        float[] rows = isTransposed ? weight.As<float>().ToArray() : Matrices.Transposed(weight.As<float>(), inputs, outputs);
        var codes = BlockRounding.Nearest(rows, outputs, inputs, Format.For(inputs));
        string owner = names.Part(node.Name, "_weight");
        var constants = MatMulNBits.Constants(owner, codes, names)
            .ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal);
        var product = MatMulNBits.Product(node, owner, codes, names);
        if (bias is not null)
        {
            constants[names.Part(node.Name, "_bias")] = TensorData.FromFloats([outputs], bias);
            product = product.WithInput(MatMulNBits.Bias, names.Part(node.Name, "_bias"));
        }

        return new RuntimeNode(product, constants);
    }
}
