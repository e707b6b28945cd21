namespace Cluster.Kernels.Quantization.DynamicQuantization;

/// <summary>
/// A layer that computes in float with weights stored in int8 (PyTorch's weights alone; PaddleSlim's dequantizing prediction): behind each
/// weight's codes a Cast and a product by the scales, which ONNX Runtime computes once, when it loads the file. A DequantizeLinear would be
/// executed in each run, and ONNX Runtime makes it and a MatMul one product that rounds activations. Scales are max|w| / 127 of an output
/// channel; in an LSTM of a gate's output, in both directions the larger.
/// </summary>
internal static class WeightsAlone
{
    /// <param name="node">A layer with constant weights.</param>
    /// <param name="weights">The inputs that are weights, and the axis of their output channels.</param>
    public static RuntimeNode Of(
        GraphNode node, IReadOnlyList<(int Input, int Axis)> weights, IReadOnlyDictionary<string, TensorData> constants, NameSource names)
    {
        var own = new Dictionary<string, TensorData>(StringComparer.Ordinal);
        var before = new List<GraphNode>();
        foreach (var (input, axis) in weights)
        {
            string number = input > 1 ? input.ToString(CultureInfo.InvariantCulture) : string.Empty;
            string Name(string part) => names.Part(node.Name, $"_weight{number}{part}");
            var weight = constants[node.Inputs[input]];
            float[] scales = ChannelScales.MaxAbs(weight.As<float>(), weight.Shape, axis);
            own[Name("_codes")] = TensorData.FromInt8(
                weight.Shape, WeightQuantizer.Quantize(weight.As<float>(), weight.Shape, axis, scales));
            own[Name("_scale")] = TensorData.FromFloats([.. weight.Shape.Select((size, i) => i == axis ? size : 1)], scales);
            before.Add(new GraphNode(
                Name("_cast"), "Cast", [Name("_codes")], [Name("_floats")], ("to", AttributeValue.Of((long)ElementType.Float))));
            before.Add(new GraphNode(
                Name("_dequantize"), "Mul", [Name("_floats"), Name("_scale")], [Name("_dequantized")]));
            node = node.WithInput(input, Name("_dequantized"));
        }

        return new RuntimeNode(node, own) { Before = before };
    }
}
