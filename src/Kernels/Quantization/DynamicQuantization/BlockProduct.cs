using System.Numerics.Tensors;

namespace Cluster.Kernels.Quantization.DynamicQuantization;

/// <summary>
/// A product by constant weights as ONNX Runtime's MatMulNBits: weights as unsigned codes of 4 bits, rounded to nearest, with a scale and a
/// zero point for each block of 32 inputs of an output; activations rounded to int8 in each run, block by block.
/// </summary>
internal static class BlockProduct
{
    private const int Largest = 15;
    private const int Block = 32;
    private const int SmallestBlock = 16; // of MatMulNBits
    private const int Bias = 5; // its place among the inputs

    // The accuracy_level that rounds activations to int8.
    private const long Int8Level = 4;

    /// <inheritdoc cref="DynamicProduct.Of"/>
    public static RuntimeNode Of(GraphNode node, TensorData weight, float[]? bias, NameSource names)
    {
        bool isTransposed = DynamicProduct.IsTransposed(node);
        var (inputs, outputs) = isTransposed ? ((int)weight.Shape[1], (int)weight.Shape[0]) : ((int)weight.Shape[0], (int)weight.Shape[1]);
        float[] rows = isTransposed ? weight.As<float>().ToArray() : Matrices.Transposed(weight.As<float>(), inputs, outputs);
        string Name(string part) => names.Part(node.Name, "_weight" + part);

        // A smaller block where the usual one would only be padded.
        int block = inputs > SmallestBlock ? Block : SmallestBlock;
        var (codes, scales, zeros) = Rounded(rows, outputs, inputs, block);
        var constants = new Dictionary<string, TensorData>(StringComparer.Ordinal)
        {
            [Name("/codes")] = TensorData.FromUInt8([outputs, scales.Length / outputs, block / 2], codes),
            [Name("/scales")] = TensorData.FromFloats([scales.Length], scales),
            [Name("/zeros")] = TensorData.FromUInt8([zeros.Length], zeros),
        };
        var product = new GraphNode(
            node.Name,
            WeightOnlyNodes.Product,
            [node.Inputs[0], Name("/codes"), Name("/scales"), Name("/zeros")],
            node.Outputs,
            ("K", AttributeValue.Of((long)inputs)),
            ("N", AttributeValue.Of((long)outputs)),
            ("bits", AttributeValue.Of(4L)),
            ("block_size", AttributeValue.Of((long)block)),
            ("accuracy_level", AttributeValue.Of(Int8Level)))
        {
            Domain = WeightOnlyNodes.Domain,
        };
        if (bias is not null)
        {
            constants[names.Part(node.Name, "_bias")] = TensorData.FromFloats([outputs], bias);
            product = product.WithInput(Bias, names.Part(node.Name, "_bias"));
        }

        return new RuntimeNode(product, constants);
    }

    // Codes (outputs, blocks, block) and zero points (outputs, blocks), two to a byte, each output from a new byte on; scales (outputs,
    // blocks). A block's grid spans its least to its greatest number, including 0.
    private static (byte[] Codes, float[] Scales, byte[] Zeros) Rounded(float[] rows, int outputs, int inputs, int block)
    {
        int blocks = (inputs + block - 1) / block;
        byte[] codes = new byte[checked(outputs * blocks * block / 2)];
        float[] scales = new float[outputs * blocks];
        byte[] zeros = new byte[outputs * ((blocks + 1) / 2)];
        Parallel.For(0, outputs, output =>
        {
            for (int i = 0; i < blocks; i++)
            {
                var weights = rows.AsSpan((output * inputs) + (i * block), Math.Min(block, inputs - (i * block)));
                double low = Math.Min(0, TensorPrimitives.Min<float>(weights));
                float scale = (float)((Math.Max(0, TensorPrimitives.Max<float>(weights)) - low) / Largest);
                (scale, double zero) = scale > 0 ? (scale, Math.Clamp(Math.Round(-low / scale), 0, Largest)) : (1, 0);
                scales[(output * blocks) + i] = scale;
                Put(zeros, (output * ((blocks + 1) / 2) * 2) + i, zero);
                for (int k = 0; k < weights.Length; k++)
                {
                    Put(codes, (((output * blocks) + i) * block) + k, Math.Round((double)weights[k] / scale) + zero);
                }
            }
        });
        return (codes, scales, zeros);
    }

    private static void Put(byte[] packed, int index, double code) =>
        packed[index / 2] |= (byte)((int)Math.Clamp(code, 0, Largest) << (index % 2 * 4));
}
