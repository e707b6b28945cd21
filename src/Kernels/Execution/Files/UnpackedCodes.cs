namespace Cluster.Kernels.Execution.Files;

/// <summary>
/// Codes that a file stores in a narrower type than its kernels multiply: widened by a Cast, and shifted back if they were shifted to fit.
/// </summary>
internal static class UnpackedCodes
{
    /// <summary>Codes in the type that the node casts to.</summary>
    /// <exception cref="KernelException">The type is neither int8 nor int32, or a code does not fit.</exception>
    public static TensorData Cast(GraphNode node, TensorData codes) => (ElementType)node.GetInt("to", 0) switch
    {
        ElementType.Int32 => TensorData.FromInt32(codes.Shape, CodeTypes.Integers(node, codes)),
        ElementType.Int8 => TensorData.FromInt8(codes.Shape, Array.ConvertAll(CodeTypes.Integers(node, codes), code => Narrow(node, code))),
        var other => throw node.Error($"casts codes to {other}; int8 and int32 are supported."),
    };

    /// <summary>Codes minus one number per channel, or one for all.</summary>
    /// <param name="shift">Has the codes' rank, with one element in every dimension except the channels'.</param>
    /// <exception cref="KernelException">Types or shapes are others.</exception>
    public static TensorData Subtract(GraphNode node, TensorData codes, TensorData shift)
    {
        int axis = Array.FindIndex(shift.Shape, size => size != 1);
        bool fits = codes.Type == ElementType.Int32
            && shift.Type == ElementType.Int32
            && shift.Shape.Length == codes.Shape.Length
            && (axis < 0 || (shift.Count == shift.Shape[axis] && shift.Count == codes.Shape[axis]));
        if (!fits)
        {
            throw node.Error("subtracts constants; int32 codes less one int32 number a channel are supported.");
        }

        int[] numbers = codes.As<int>().ToArray();
        ChannelLayout.Of(numbers.Length, codes.Shape, axis < 0 ? null : axis).Subtract(numbers, shift.As<int>());
        return TensorData.FromInt32(codes.Shape, numbers);
    }

    private static sbyte Narrow(GraphNode node, int code) => code is >= sbyte.MinValue and <= sbyte.MaxValue
        ? (sbyte)code
        : throw node.Error($"casts the code {code} to int8, which does not hold it.");
}
