namespace Cluster.Export.TensorRt;

/// <summary>
/// Operators that compute in FP16 in a strongly typed file: layers, which GPUs add up in float32, and functions that are bounded, grow no
/// faster than what they read, or only move it. All others stay in float32, in which TensorRT computes what is typed so: exponentials,
/// powers, roots and quotients leave FP16's range between what they read and what they write, and sums over many elements (Softmax, the
/// normalizations, reductions, recurrent states) lose digits as they grow ("Accuracy Considerations" in the documentation of TensorRT 11.0
/// says both). Comparisons, and what has no FP16 in ONNX, stay so too.
/// </summary>
internal static class HalfOperators
{
    private static readonly HashSet<string> Layers = new(StringComparer.Ordinal) { "Conv", "ConvTranspose", "Gemm", "MatMul", "Einsum" };

    private static readonly HashSet<string> Functions = new(StringComparer.Ordinal)
    {
        "Abs", "Add", "AveragePool", "BatchNormalization", "Cast", "Ceil", "Clip", "Concat", "DepthToSpace", "Elu", "Erf", "Expand",
        "Flatten", "Floor", "Gather", "GatherElements", "GatherND", "Gelu", "GlobalAveragePool", "GlobalMaxPool", "HardSigmoid",
        "HardSwish", "Identity", "LeakyRelu", "Max", "MaxPool", "Min", "Mish", "Mul", "Neg", "PRelu", "Pad", "Relu", "Reshape", "Resize",
        "Round", "Selu", "Sigmoid", "Sign", "Slice", "Softplus", "Softsign", "SpaceToDepth", "Split", "Squeeze", "Sub", "Sum", "Tanh",
        "ThresholdedRelu", "Tile", "Transpose", "Trilu", "Unsqueeze", "Where",
    };

    /// <summary>Whether the node gains from FP16 by itself.</summary>
    public static bool IsLayer(GraphNode node) => node.Domain.Length == 0 && Layers.Contains(node.OpType);

    /// <summary>Whether FP16 holds what the node computes, if it holds what the node reads and writes.</summary>
    /// <param name="isConstant">Whether a value is a constant.</param>
    public static bool Has(GraphNode node, Func<string, bool> isConstant) => node.Domain.Length == 0
        && !node.HasBody
        && (Layers.Contains(node.OpType) || Functions.Contains(node.OpType) || (node.OpType == "Div" && isConstant(node.Inputs[1])));

    /// <summary>Whether an input may have another float type than the others: sizes of a Resize are float32 in ONNX.</summary>
    public static bool IsApart(GraphNode node, int input) => node.OpType == "Resize" && input > 0;
}
