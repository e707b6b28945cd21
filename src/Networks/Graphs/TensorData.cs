using System.Numerics;
using System.Numerics.Tensors;

namespace Cluster.Networks.Graphs;

/// <summary>
/// A constant tensor: type, shape (row-major, an empty shape is a scalar) and its little-endian bytes. Immutable by
/// convention.
/// </summary>
public sealed class TensorData
{
    /// <summary>Takes the bytes without copying them.</summary>
    /// <param name="shape">Sizes, outermost first; empty for a scalar.</param>
    /// <param name="bytes">Row-major, little-endian; int4 two to a byte.</param>
    /// <exception cref="KernelException">The number of bytes does not fit type and shape, or the type is not supported.</exception>
    public TensorData(ElementType type, long[] shape, ReadOnlyMemory<byte> bytes)
    {
        Type = type;
        Shape = shape;
        Bytes = bytes;
        long expected = ByteCount(type, Count);
        if (bytes.Length != expected)
        {
            throw new KernelException(
                $"A {type} tensor of shape [{string.Join(',', shape)}] needs {expected} bytes but {bytes.Length} were given.");
        }
    }

    /// <summary>The type of every element.</summary>
    public ElementType Type { get; }

    /// <summary>Sizes, outermost first; empty for a scalar.</summary>
    public long[] Shape { get; }

    /// <summary>Row-major, little-endian.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Number of elements; 1 for a scalar.</summary>
    public long Count => Shape.Aggregate(1L, (product, dimension) => checked(product * dimension));

    /// <summary>A float32 tensor.</summary>
    public static TensorData FromFloats(long[] shape, ReadOnlySpan<float> values) =>
        new(ElementType.Float, shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>An int64 tensor.</summary>
    public static TensorData FromInt64(long[] shape, ReadOnlySpan<long> values) =>
        new(ElementType.Int64, shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>An int32 tensor.</summary>
    public static TensorData FromInt32(long[] shape, ReadOnlySpan<int> values) =>
        new(ElementType.Int32, shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>A uint8 tensor.</summary>
    public static TensorData FromUInt8(long[] shape, ReadOnlySpan<byte> values) =>
        new(ElementType.UInt8, shape, values.ToArray());

    /// <summary>An int8 tensor.</summary>
    public static TensorData FromInt8(long[] shape, ReadOnlySpan<sbyte> values) =>
        new(ElementType.Int8, shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>
    /// Codes from -8 to 7, two a byte, the lower half first; an odd last byte has a zero in its upper half.
    /// </summary>
    public static TensorData FromInt4(long[] shape, ReadOnlySpan<sbyte> codes)
    {
        byte[] bytes = new byte[ByteCount(ElementType.Int4, codes.Length)];
        for (int i = 0; i < codes.Length; i++)
        {
            bytes[i / 2] |= (byte)((codes[i] & 0xF) << (i % 2 * 4));
        }

        return new TensorData(ElementType.Int4, shape, bytes);
    }

    /// <summary>The same elements in another shape of as many; bytes are shared.</summary>
    public TensorData Reshaped(IReadOnlyList<long> shape) => new(Type, [.. shape], Bytes);

    /// <summary>A tensor of other floats in float32, which represents each of 16 bits; any other one as it is.</summary>
    /// <exception cref="KernelException">As float32 it is larger than an array may be.</exception>
    public TensorData Widened() => Type is not (ElementType.Float16 or ElementType.BFloat16 or ElementType.Double) ? this
        : Count * sizeof(float) <= Array.MaxLength ? FromFloats(Shape, ToFloats())
        : throw new KernelException(
            $"A tensor of {Type} and shape [{string.Join(',', Shape)}] has more than 2 GB as float32, which the network is computed in; "
            + "split the layer that reads it.");

    /// <summary>The elements as float32.</summary>
    /// <exception cref="KernelException">They are narrower than a byte, or 8-bit floats.</exception>
    public ReadOnlySpan<float> ToFloats() => Type switch
    {
        ElementType.Float => As<float>(),
        ElementType.Double => Converted<double>(),
        ElementType.Float16 => Converted<Half>(),
        ElementType.BFloat16 => MemoryMarshal.Cast<uint, float>(Array.ConvertAll(As<ushort>().ToArray(), upper => (uint)upper << 16)),
        ElementType.UInt8 or ElementType.Bool => Converted<byte>(),
        ElementType.Int8 => Converted<sbyte>(),
        ElementType.UInt16 => Converted<ushort>(),
        ElementType.Int16 => Converted<short>(),
        ElementType.UInt32 => Converted<uint>(),
        ElementType.Int32 => Converted<int>(),
        ElementType.UInt64 => Converted<ulong>(),
        ElementType.Int64 => Converted<long>(),
        _ => throw new KernelException($"A tensor of element type {Type} cannot be read as numbers; expected floats or integers."),
    };

    /// <summary>A float32 tensor in another type of floats, rounded to the nearest; any other one as it is.</summary>
    public TensorData Narrowed(ElementType type) => (Type, type) switch
    {
        (ElementType.Float, ElementType.Double) => new(type, Shape, Elements<double>(value => value)),
        (ElementType.Float, ElementType.Float16) => new(type, Shape, Elements(value => (Half)value)),
        (ElementType.Float, ElementType.BFloat16) => new(type, Shape, Elements(UpperHalf)),
        _ => this,
    };

    /// <summary>The elements seen as <typeparamref name="T"/>, which must have the element type's size.</summary>
    public ReadOnlySpan<T> As<T>()
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(Bytes.Span);

    /// <summary>Bytes of <paramref name="count"/> elements, of which several may lie in a byte.</summary>
    public static long ByteCount(ElementType type, long count) => type switch
    {
        ElementType.Int4 or ElementType.UInt4 or ElementType.Float4E2M1 => (count + 1) / 2,
        ElementType.Int2 or ElementType.UInt2 => (count + 3) / 4,
        _ => count * ElementSize(type),
    };

    /// <summary>Bytes of an element.</summary>
    public static int ElementSize(ElementType type) => type switch
    {
        ElementType.UInt8 or ElementType.Int8 or ElementType.Bool or (>= ElementType.Float8E4M3FN and <= ElementType.Float8E5M2FNUZ)
            or ElementType.Float8E8M0 => 1,
        ElementType.UInt16 or ElementType.Int16 or ElementType.Float16 or ElementType.BFloat16 => 2,
        ElementType.Float or ElementType.Int32 or ElementType.UInt32 => 4,
        ElementType.Int64 or ElementType.UInt64 or ElementType.Double => 8,
        _ => throw new KernelException(
            $"Tensors of element type {type} are not supported; supported are float, double, float16, bfloat16, bool and "
            + "the integers up to 64 bits."),
    };

    /// <summary>A number as bfloat16: the nearest, of two the even one.</summary>
    internal static ushort UpperHalf(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)(float.IsNaN(value) ? (bits >> 16) | 0x40 : (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    private float[] Converted<T>()
        where T : unmanaged, INumberBase<T>
    {
        float[] values = new float[Count];
        TensorPrimitives.ConvertTruncating(As<T>(), values.AsSpan());
        return values;
    }

    private byte[] Elements<T>(Converter<float, T> convert)
        where T : unmanaged => MemoryMarshal.AsBytes(Array.ConvertAll(As<float>().ToArray(), convert).AsSpan()).ToArray();
}
