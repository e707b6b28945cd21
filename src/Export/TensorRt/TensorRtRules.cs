namespace Cluster.Export.TensorRt;

/// <summary>The rules of <see cref="TensorRtLint"/>; each gives a sentence for every violation.</summary>
internal static class TensorRtRules
{
    private const int Least = 13;

    /// <summary>Those of pairs, whatever types the floats around them have.</summary>
    public static readonly IReadOnlyList<Func<QdqView, IEnumerable<string>>> OfPairs =
    [
        Operators, Symmetry, ActivationScales, WeightScales, Pairs, Inputs, Outputs, Activations, SumFusion, Residual,
    ];

    public static readonly IReadOnlyList<Func<QdqView, IEnumerable<string>>> All = [.. OfPairs, Opset, Scales, Bias];

    /// <summary>QuantizeLinear has one scale per channel only from opset 13.</summary>
    private static IEnumerable<string> Opset(QdqView file) => file.Graph.Opset < Least && file.Pairs.Any()
        ? [$"The file has opset {file.Graph.Opset}; Q/DQ pairs with scales by channel need {Least} or newer."]
        : [];

    /// <summary>Kernels on codes (QLinearConv, ConvInteger, DynamicQuantizeLinear, …) are not imported; only Q/DQ pairs are.</summary>
    private static IEnumerable<string> Operators(QdqView file) => file.Graph.Nodes
        .Where(node => node.OpType.StartsWith("QLinear", StringComparison.Ordinal) || node.OpType is "ConvInteger" or "MatMulInteger"
            or "DynamicQuantizeLinear")
        .Select(node => node.Error("computes on codes; TensorRT takes float operators between Q/DQ pairs.").Message);

    /// <summary>Codes are int8 with the zero point 0. (Without a zero point they would be uint8.)</summary>
    private static IEnumerable<string> Symmetry(QdqView file) => file.Pairs
        .Where(node => file.Constant(node, 0) is not { Type: ElementType.Int32 }) // a bias, which has a rule of its own
        .Where(node => file.Constant(node, 2) is not { Type: ElementType.Int8 } zero || zero.Bytes.Span.ContainsAnyExcept((byte)0))
        .Select(node => node.Error("has no zero point of int8 zeros; TensorRT's INT8 is symmetric.").Message);

    /// <summary>Scales are constants of float32, positive and finite.</summary>
    private static IEnumerable<string> Scales(QdqView file) => file.Pairs
        .Where(node => file.Constant(node, 1) is not { Type: ElementType.Float } scale
            || !scale.As<float>().ToArray().All(value => value > 0 && float.IsFinite(value)))
        .Select(node => node.Error("has no constant float32 scales that are all positive and finite.").Message);

    /// <summary>An activation has one scale.</summary>
    private static IEnumerable<string> ActivationScales(QdqView file) => file.Pairs
        .Where(node => !file.IsOfConstant(node) && file.Constant(node, 1) is { Count: not 1 })
        .Select(node => node.Error(
            $"quantizes an activation with {file.Constant(node, 1)!.Count} scales; TensorRT takes one a tensor.").Message);

    /// <summary>
    /// Whether weights have one scale in all: NVIDIA's guide promises one an output channel for deconvolutions too, but the kernels take
    /// those of a ConvTranspose as scales of input channels (issues 1694 and 2380 of NVIDIA/TensorRT). One is the same by either reading.
    /// </summary>
    public static bool HasOneScale(GraphNode node) => node.OpType == "ConvTranspose";

    /// <summary>Weights have one scale an output channel, on the axis of the output channels, or one in all.</summary>
    private static IEnumerable<string> WeightScales(QdqView file) => file.Weighted
        .Where(file.HasQuantizedWeights)
        .Select(node => WeightScaleViolation(file, node, file.Producer(node.Inputs[1])!))
        .OfType<string>();

    private static string? WeightScaleViolation(QdqView file, GraphNode node, GraphNode pair)
    {
        int axis = WeightBank.OutputAxis(node);
        if (file.Graph.Initializers.GetValueOrDefault(file.BeforePair(node.Inputs[1])) is not { } weights
            && (weights = file.Constant(pair, 0)) is null)
        {
            return null;
        }

        long channels = axis < weights.Shape.Length ? weights.Shape[axis] : 0;
        long scales = file.Constant(pair, 1)?.Count ?? 0;
        if (HasOneScale(node))
        {
            return scales == 1 ? null : node.Error($"has {scales} scales of its weights; one in all is expected.").Message;
        }

        long found = pair.GetInt("axis", 1);
        found += found < 0 ? weights.Shape.Length : 0;
        return scales == channels && (scales == 1 || found == axis)
            ? null
            : node.Error($"has {scales} scales on axis {found} of its weights; one for each of {channels} output channels, on axis {axis}, "
                + "is expected.").Message;
    }

    /// <summary>A QuantizeLinear is read by DequantizeLinear only, and with its own scale.</summary>
    private static IEnumerable<string> Pairs(QdqView file)
    {
        foreach (var quantize in file.Pairs.Where(node => node.OpType == "QuantizeLinear"))
        {
            foreach (var reader in file.Readers(quantize.Output))
            {
                if (reader.OpType != "DequantizeLinear")
                {
                    yield return reader.Error($"reads the codes of '{quantize.Inputs[0]}'; only a DequantizeLinear may.").Message;
                }
                else if (!Equal(file.Constant(quantize, 1), file.Constant(reader, 1)))
                {
                    yield return reader.Error($"has another scale than the QuantizeLinear '{quantize.Name}' that it undoes.").Message;
                }
            }
        }
    }

    private static bool Equal(TensorData? a, TensorData? b) => a is not null && b is not null && a.ToFloats().SequenceEqual(b.ToFloats());

    /// <summary>In a layer with weights, the activation and the weights are either both quantized or both not.</summary>
    private static IEnumerable<string> Inputs(QdqView file) => file.Weighted
        .Where(node => file.IsDequantized(node.Inputs[0]) != file.IsDequantized(node.Inputs[1]))
        .Select(node => node.Error(file.IsDequantized(node.Inputs[0])
            ? "reads a quantized activation with weights that are not; it would run in float behind a Q/DQ pair of no use."
            : "has quantized weights and reads an activation that is not; quantize its input, too.").Message);

    /// <summary>The network's outputs are not quantized.</summary>
    private static IEnumerable<string> Outputs(QdqView file) => file.Pairs
        .Where(node => file.Graph.Outputs.Any(output => output.Name == node.Output))
        .Select(node => node.Error($"writes the network's output '{node.Output}'; leave outputs in float.").Message);

    /// <summary>No pair stands between a layer and its activation function, which TensorRT fuses.</summary>
    private static IEnumerable<string> Activations(QdqView file) => file.Graph.Nodes
        .Where(node => node.OpType is "Relu" or "Clip"
            && file.IsDequantized(node.Inputs[0])
            && file.Producer(file.BeforePair(node.Inputs[0])) is { } layer
            && file.IsWeighted(layer))
        .Select(node => node.Error("is parted from its layer by a Q/DQ pair; quantize behind the activation function.").Message);

    /// <summary>No pair stands between a residual sum and the layer that it is fused into.</summary>
    private static IEnumerable<string> SumFusion(QdqView file) => file.Graph.Nodes
        .Where(node => node.OpType == "Add"
            && !node.Inputs.Any(input => IsLayer(file, input))
            && node.Inputs.Any(input => IsParted(file, input)))
        .Select(node => node.Error("is parted from its layer by a Q/DQ pair; quantize the other branch only.").Message);

    private static bool IsLayer(QdqView file, string tensor) => file.Producer(tensor) is { } layer && file.HasQuantizedWeights(layer);

    private static bool IsParted(QdqView file, string tensor) =>
        file.IsDequantized(tensor) && IsLayer(file, file.BeforePair(tensor)) && file.Readers(file.BeforePair(tensor)).Count() == 1;

    /// <summary>If a sum is fused into a quantized layer, its other branch is quantized.</summary>
    private static IEnumerable<string> Residual(QdqView file) => file.Graph.Nodes
        .Where(node => node.OpType == "Add"
            && node.Inputs.Any(input => IsFused(file, input))
            && !node.Inputs.Any(input => file.IsDequantized(input) || file.Graph.Initializers.ContainsKey(input)))
        .Select(node => node.Error(
            "adds a branch in float to a quantized layer; quantize the branch so that the sum is fused in INT8.").Message);

    private static bool IsFused(QdqView file, string tensor) =>
        file.Producer(tensor) is { } layer && file.HasQuantizedWeights(layer) && file.Readers(tensor).Count() == 1;

    /// <summary>
    /// Biases of quantized layers are float32 constants, since TensorRT quantizes them itself; those of other layers have the type of their
    /// weights.
    /// </summary>
    private static IEnumerable<string> Bias(QdqView file) => file.Weighted
        .Where(node => node.HasInput(2) && file.Constant(node, 2)?.Type != (file.Constant(node, 1)?.Type ?? ElementType.Float))
        .Select(node => node.Error($"has a bias '{node.Inputs[2]}' that is no float32 constant; leave biases in float.").Message);
}
