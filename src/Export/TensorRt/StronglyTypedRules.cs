using Cluster.Kernels.Execution.Operators;

namespace Cluster.Export.TensorRt;

/// <summary>
/// What <see cref="TensorRtLint.CheckStronglyTyped"/> asks beyond the rules of pairs: no operator, pair or end of the network may need a
/// conversion that the file does not state. Each rule gives a sentence for every violation, from the file and the types of its values.
/// </summary>
internal static class StronglyTypedRules
{
    public static readonly IReadOnlyList<Func<QdqView, IReadOnlyDictionary<string, ElementType>, IEnumerable<string>>> All =
        [Opset, Scales, ScaleTypes, Operands, Operators, Constants, Ends, Codes];

    // BatchNormalization's statistics and a Resize's sizes may have types of their own in ONNX; others have one.
    private static readonly string[] Free = ["Cast", "QuantizeLinear", "DequantizeLinear", "BatchNormalization"];

    /// <summary>Scales in FP16 are ONNX's from opset 19.</summary>
    private static IEnumerable<string> Opset(QdqView file, IReadOnlyDictionary<string, ElementType> types)
    {
        int least = file.Pairs.Any(pair => file.Constant(pair, 1)?.Type == ElementType.Float16) ? StronglyTyped.LeastOpset : 13;
        return file.Pairs.Any() && file.Graph.Opset < least
            ? [$"The file has opset {file.Graph.Opset}; its Q/DQ pairs need {least} or newer."]
            : [];
    }

    /// <summary>Scales are constants, positive and finite ("strictly positive" in the reference of IQuantizeLayer).</summary>
    private static IEnumerable<string> Scales(QdqView file, IReadOnlyDictionary<string, ElementType> types) => file.Pairs
        .Where(node => file.Constant(node, 1) is not { Type: ElementType.Float or ElementType.Float16 } scale
            || !scale.ToFloats().ToArray().All(value => value > 0 && float.IsFinite(value)))
        .Select(node => node.Error("has no constant float32 or float16 scales that are all positive and finite.").Message);

    /// <summary>A QuantizeLinear reads the type of its scale; what a DequantizeLinear writes has it by itself.</summary>
    private static IEnumerable<string> ScaleTypes(QdqView file, IReadOnlyDictionary<string, ElementType> types) => file.Pairs
        .Where(node => node.OpType == "QuantizeLinear" && types[node.Inputs[0]] != types[node.Inputs[1]])
        .Select(node => node.Error(
            $"reads {Name(types[node.Inputs[0]])} with a scale in {Name(types[node.Inputs[1]])}; both have one type.").Message);

    /// <summary>All floats that an operator reads have one type: weights and biases that of the activation.</summary>
    private static IEnumerable<string> Operands(QdqView file, IReadOnlyDictionary<string, ElementType> types)
    {
        foreach (var node in file.Graph.Nodes.Where(node => !Free.Contains(node.OpType) && !node.HasBody))
        {
            string[] floats =
                [.. node.Inputs.Where((input, i) => input.Length > 0 && types[input].IsFloat() && !HalfOperators.IsApart(node, i))];
            if (Array.Find(floats, input => types[input] != types[floats[0]]) is { } other)
            {
                yield return node.Error($"reads '{floats[0]}' in {Name(types[floats[0]])} and '{other}' in {Name(types[other])}; nothing "
                    + "is converted but by a Cast.").Message;
            }
        }
    }

    /// <summary>What may leave FP16's range stays in float32 (<see cref="HalfOperators"/>).</summary>
    private static IEnumerable<string> Operators(QdqView file, IReadOnlyDictionary<string, ElementType> types) => file.Graph.Nodes
        .Where(node => !Free.Contains(node.OpType)
            && node.Values.Any(output => types[output] == ElementType.Float16)
            && !HalfOperators.Has(node, file.Graph.Initializers.ContainsKey))
        .Select(node => node.Error("computes in float16, which its sums, powers or quotients may leave; it is to read float32.").Message);

    /// <summary>A constant in FP16 is finite: a larger number was lost when it was converted.</summary>
    private static IEnumerable<string> Constants(QdqView file, IReadOnlyDictionary<string, ElementType> types) => file.Graph.Initializers
        .Where(constant => constant.Value.Type == ElementType.Float16
            && constant.Value.ToFloats().ContainsAnyExceptInRange(-float.MaxValue, float.MaxValue))
        .Select(constant => $"The constant '{constant.Key}' is not finite in float16; keep it and its readers in float32.");

    /// <summary>What computes an output writes the type that the file states for it.</summary>
    private static IEnumerable<string> Ends(QdqView file, IReadOnlyDictionary<string, ElementType> types) => file.Graph.Outputs
        .Where(output => output.Type.IsFloat() && types[output.Name].IsFloat() && types[output.Name] != output.Type)
        .Select(output => $"The output '{output.Name}' is computed in {Name(types[output.Name])} and stated as {Name(output.Type)}; a Cast "
            + "is to stand before it.");

    /// <summary>Types of codes come from pairs alone: a Cast from or to them is not imported (operators of onnx-tensorrt).</summary>
    private static IEnumerable<string> Codes(QdqView file, IReadOnlyDictionary<string, ElementType> types) => file.Graph.Nodes
        .Where(node => node.OpType == "Cast" && (IsCode(types[node.Inputs[0]]) || IsCode(types[node.Output])))
        .Select(node => node.Error("casts codes; only a DequantizeLinear reads and only a QuantizeLinear writes them.").Message);

    private static bool IsCode(ElementType type) => type is ElementType.Int8 or ElementType.Int4;

    private static string Name(ElementType type) => type == ElementType.Float ? "float32" : type.ToString().ToLowerInvariant();
}
