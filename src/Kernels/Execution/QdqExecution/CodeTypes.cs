namespace Cluster.Kernels.Execution.QdqExecution;

/// <summary>The integer types of codes: their ranges and their elements as int32.</summary>
internal static class CodeTypes
{
    /// <summary>Scale and zero point of an activation, with the codes of the zero point's type.</summary>
    /// <exception cref="KernelException">There are several scales, or the type is not one of codes.</exception>
    public static QuantizationParameters Parameters(GraphNode node, TensorData scale, TensorData? zeroPoint)
    {
        float[] scales = Scales(node, scale);
        if (scales.Length != 1)
        {
            throw node.Error($"quantizes an activation with {scales.Length} scales; one for the whole tensor is supported.");
        }

        var (low, high) = zeroPoint is null ? (0, byte.MaxValue) : Range(node, zeroPoint.Type);
        return new QuantizationParameters(scales[0], zeroPoint is null ? 0 : Integers(node, zeroPoint)[0], low, high);
    }

    /// <summary>Scales, each positive and finite.</summary>
    public static float[] Scales(GraphNode node, TensorData scale)
    {
        float[] scales = scale.Type == ElementType.Float
            ? scale.As<float>().ToArray()
            : throw node.Error($"has scales of type {scale.Type}; float is expected.");
        return Array.TrueForAll(scales, value => value > 0 && float.IsFinite(value))
            ? scales
            : throw node.Error("has a scale that is not positive and finite.");
    }

    /// <summary>Elements of a tensor of codes.</summary>
    public static int[] Integers(GraphNode node, TensorData codes) => codes.Type switch
    {
        ElementType.UInt8 => Array.ConvertAll(codes.As<byte>().ToArray(), code => (int)code),
        ElementType.Int8 => Array.ConvertAll(codes.As<sbyte>().ToArray(), code => (int)code),
        ElementType.UInt16 => Array.ConvertAll(codes.As<ushort>().ToArray(), code => (int)code),
        ElementType.Int16 => Array.ConvertAll(codes.As<short>().ToArray(), code => (int)code),
        ElementType.Int32 => codes.As<int>().ToArray(),
        ElementType.Int4 => Nibbles(codes),
        _ => throw Refuse(node, codes.Type),
    };

    private static (int Low, int High) Range(GraphNode node, ElementType type) => type switch
    {
        ElementType.UInt8 => (byte.MinValue, byte.MaxValue),
        ElementType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
        ElementType.UInt16 => (ushort.MinValue, ushort.MaxValue),
        ElementType.Int16 => (short.MinValue, short.MaxValue),
        ElementType.Int4 => (-8, 7),
        _ => throw Refuse(node, type),
    };

    private static KernelException Refuse(GraphNode node, ElementType type) =>
        node.Error($"has codes of type {type}; int4 and signed and unsigned integers of 8 and 16 bits are supported.");

    // The lower half of a byte comes first; both halves are signed.
    private static int[] Nibbles(TensorData codes)
    {
        int[] values = new int[codes.Count];
        var bytes = codes.Bytes.Span;
        for (int i = 0; i < values.Length; i++)
        {
            int nibble = (bytes[i / 2] >> (i % 2 * 4)) & 0xF;
            values[i] = nibble >= 8 ? nibble - 16 : nibble;
        }

        return values;
    }
}
