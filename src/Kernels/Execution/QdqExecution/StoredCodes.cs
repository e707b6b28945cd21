namespace Cluster.Kernels.Execution.QdqExecution;

/// <summary>A constant that a file stores as codes behind a DequantizeLinear.</summary>
/// <param name="Steps">Codes less their zero points, row-major.</param>
/// <param name="Scales">One a channel of <paramref name="Axis"/>, or one for all.</param>
/// <param name="Axis">The channels' axis; null where there is one scale for the whole tensor.</param>
internal sealed record StoredCodes(long[] Shape, int[] Steps, float[] Scales, int? Axis)
{
    /// <summary>Reads the constant that the node dequantizes.</summary>
    /// <param name="scale">Float32; one number, or one a channel.</param>
    /// <param name="zeroPoint">Of the codes' type, as many as scales; null for 0.</param>
    /// <exception cref="KernelException">Types, counts or attributes do not fit DequantizeLinear by tensor or by channel.</exception>
    public static StoredCodes Of(GraphNode node, TensorData codes, TensorData scale, TensorData? zeroPoint)
    {
        if (node.GetInt("block_size", 0) != 0)
        {
            throw node.Error("has scales of blocks; only one scale a tensor or a channel is supported: quantize the file without blocks.");
        }

        float[] scales = CodeTypes.Scales(node, scale);
        int? axis = scales.Length == 1 ? null : ChannelAxis(node, codes);
        int[] steps = CodeTypes.Integers(node, codes);
        int[] zeros = zeroPoint is null ? new int[scales.Length] : CodeTypes.Integers(node, zeroPoint);
        long channels = axis is { } at ? codes.Shape[at] : 1;
        if (scales.Length != channels || zeros.Length != channels)
        {
            throw node.Error($"has {scales.Length} scales and {zeros.Length} zero points for {channels} channels; one each is expected.");
        }

        ChannelLayout.Of(steps.Length, codes.Shape, axis).Subtract(steps, zeros);
        return new StoredCodes(codes.Shape, steps, scales, axis);
    }

    /// <summary>The codes that a QuantizeLinear makes of a constant: weights that are stored as numbers.</summary>
    /// <param name="zeroPoint">Zeros of int8, as for all weights.</param>
    /// <exception cref="KernelException">The constant is not float32, or the codes are not int8 around 0.</exception>
    public static TensorData Quantize(GraphNode node, TensorData values, TensorData scale, TensorData? zeroPoint)
    {
        if (values.Type != ElementType.Float
            || zeroPoint is not { Type: ElementType.Int8 } zero
            || zero.Bytes.Span.ContainsAnyExcept((byte)0))
        {
            throw node.Error("quantizes a constant; float32 numbers to int8 codes with the zero point 0 are supported.");
        }

        float[] scales = CodeTypes.Scales(node, scale);
        int? axis = scales.Length == 1 ? null : ChannelAxis(node, values);
        long[] shape = axis is null ? [1, values.Count] : values.Shape;
        return scales.Length == shape[axis ?? 0]
            ? TensorData.FromInt8(values.Shape, WeightQuantizer.Quantize(values.As<float>(), shape, axis ?? 0, scales, sbyte.MinValue))
            : throw node.Error($"has {scales.Length} scales for {shape[axis ?? 0]} channels; one each is expected.");
    }

    /// <summary>The real values of the codes.</summary>
    public TensorData ToFloats() => TensorData.FromFloats(Shape, WeightQuantizer.Dequantize(
        Array.ConvertAll(Steps, step => (float)step), Axis is null ? [1, Steps.Length] : Shape, Axis ?? 0, Scales));

    /// <summary>One scale for each channel.</summary>
    public float[] ScalesOf(int channels) => Axis is null ? [.. Enumerable.Repeat(Scales[0], channels)] : Scales;

    private static int ChannelAxis(GraphNode node, TensorData tensor)
    {
        long axis = node.GetInt("axis", 1);
        axis += axis < 0 ? tensor.Shape.Length : 0;
        return axis >= 0 && axis < tensor.Shape.Length
            ? (int)axis
            : throw node.Error($"has its channels on axis {axis} of a tensor of {tensor.Shape.Length} dimensions.");
    }
}
