namespace Cluster.Networks.Graphs;

/// <summary>Element types of tensors. The values are those of ONNX TensorProto.DataType (onnx.proto3).</summary>
public enum ElementType
{
    /// <summary>Not a tensor, or no type stated.</summary>
    Undefined = 0,

    /// <summary>IEEE binary32.</summary>
    Float = 1,

    /// <summary>Unsigned, 8 bits; codes of activations.</summary>
    UInt8 = 2,

    /// <summary>Signed, 8 bits; codes of weights.</summary>
    Int8 = 3,

    /// <summary>Unsigned, 16 bits.</summary>
    UInt16 = 4,

    /// <summary>Signed, 16 bits.</summary>
    Int16 = 5,

    /// <summary>Signed, 32 bits; codes of biases.</summary>
    Int32 = 6,

    /// <summary>Signed, 64 bits; shapes and indices.</summary>
    Int64 = 7,

    /// <summary>One byte an element, 0 or 1.</summary>
    Bool = 9,

    /// <summary>IEEE binary16.</summary>
    Float16 = 10,

    /// <summary>IEEE binary64.</summary>
    Double = 11,

    /// <summary>Unsigned, 32 bits.</summary>
    UInt32 = 12,

    /// <summary>Unsigned, 64 bits.</summary>
    UInt64 = 13,

    /// <summary>The upper half of an IEEE binary32.</summary>
    BFloat16 = 16,

    /// <summary>8 bits, 3 of them after the point, finite.</summary>
    Float8E4M3FN = 17,

    /// <summary>The same with one zero.</summary>
    Float8E4M3FNUZ = 18,

    /// <summary>8 bits, 2 of them after the point.</summary>
    Float8E5M2 = 19,

    /// <summary>The same, finite with one zero.</summary>
    Float8E5M2FNUZ = 20,

    /// <summary>Unsigned, two to a byte.</summary>
    UInt4 = 21,

    /// <summary>Signed, two to a byte, the lower half first; opset 21 and later.</summary>
    Int4 = 22,

    /// <summary>4 bits, one of them after the point, two to a byte.</summary>
    Float4E2M1 = 23,

    /// <summary>A power of two, 8 bits.</summary>
    Float8E8M0 = 24,

    /// <summary>Unsigned, four to a byte.</summary>
    UInt2 = 25,

    /// <summary>Signed, four to a byte.</summary>
    Int2 = 26,
}

/// <summary>What kinds of numbers there are.</summary>
internal static class ElementKinds
{
    /// <summary>Whether it is a float of 16 bits or more.</summary>
    public static bool IsFloat(this ElementType type) =>
        type is ElementType.Float or ElementType.Double or ElementType.Float16 or ElementType.BFloat16;

    /// <summary>The outputs by which a network is judged: the floats, or all integers and bools where there is none.</summary>
    public static IReadOnlyList<T> Judged<T>(IEnumerable<T> outputs, Func<T, ElementType> typeOf)
    {
        T[] numbers = [.. outputs.Where(output => typeOf(output) is >= ElementType.Float and <= ElementType.BFloat16)];
        return Array.FindAll(numbers, output => typeOf(output).IsFloat()) is { Length: > 0 } floats ? floats : numbers;
    }
}
