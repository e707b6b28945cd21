namespace Cluster.Kernels.Quantization.DynamicQuantization;

/// <summary>
/// A product by constant weights as ONNX Runtime's DynamicQuantizeMatMul: weights in int8 with a scale for each output and without
/// neighbours that saturate, activations rounded to uint8 in each run by the range of the whole tensor.
/// </summary>
internal static class DynamicProduct
{
    /// <param name="node">MatMul, or Gemm without factors.</param>
    /// <param name="bias">One number an output; null: none.</param>
    public static RuntimeNode Of(GraphNode node, TensorData weight, float[]? bias, NameSource names)
    {
        bool isTransposed = IsTransposed(node);
        var (inputs, outputs) = isTransposed ? ((int)weight.Shape[1], (int)weight.Shape[0]) : ((int)weight.Shape[0], (int)weight.Shape[1]);
        float[] matrix = isTransposed ? Matrices.Transposed(weight.As<float>(), outputs, inputs) : weight.As<float>().ToArray();
        var codes = ColumnCodes.Of(matrix, inputs, outputs, isPairSafe: true);
        string Name(string part) => names.Part(node.Name, "_weight" + part);
        var constants = new Dictionary<string, TensorData>(StringComparer.Ordinal)
        {
            [Name("_codes")] = TensorData.FromInt8([inputs, outputs], codes.Codes),
            [Name("_scale")] = TensorData.FromFloats([outputs], codes.Scales),
            [Name("_zero_point")] = TensorData.FromInt8([outputs], new sbyte[outputs]),
        };
        string[] read = [node.Inputs[0], Name("_codes"), Name("_scale"), Name("_zero_point")];
        if (bias is not null)
        {
            constants[names.Part(node.Name, "_bias")] = TensorData.FromFloats([outputs], bias);
            read = [.. read, names.Part(node.Name, "_bias")];
        }

        return new RuntimeNode(
            new GraphNode(node.Name, WeightOnlyNodes.DynamicProduct, read, node.Outputs) { Domain = WeightOnlyNodes.Domain }, constants);
    }

    /// <summary>Whether the weight is (outputs, inputs).</summary>
    internal static bool IsTransposed(GraphNode node) => node.OpType == "Gemm" && node.GetInt("transB", 0) != 0;
}
