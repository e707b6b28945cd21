using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Cluster.Kernels.Graphs;

/// <summary>
/// A constant tensor: type, shape (row-major, an empty shape is a scalar) and its little-endian bytes. Immutable by
/// convention.
/// </summary>
public sealed class TensorData
{
    private readonly byte[] _bytes;

    /// <summary>Takes the bytes without copying them.</summary>
    /// <param name="shape">Sizes, outermost first; empty for a scalar.</param>
    /// <param name="bytes">Row-major, little-endian; int4 two to a byte.</param>
    /// <exception cref="KernelException">The number of bytes does not fit type and shape, or the type is not supported.</exception>
    public TensorData(ElementType type, long[] shape, byte[] bytes)
    {
        Type = type;
        Shape = shape;
        _bytes = bytes;
        long expected = ByteCount(type, Count);
        if (bytes.LongLength != expected)
        {
            throw new KernelException(
                $"A {type} tensor of shape [{string.Join(',', shape)}] needs {expected} bytes but {bytes.LongLength} were given.");
        }
    }

    /// <summary>The type of every element.</summary>
    public ElementType Type { get; }

    /// <summary>Sizes, outermost first; empty for a scalar.</summary>
    public long[] Shape { get; }

    /// <summary>Row-major, little-endian.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

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
    public TensorData Reshaped(IReadOnlyList<long> shape) => new(Type, [.. shape], _bytes);

    /// <summary>A tensor of 16-bit floats in float32, which represents each of them; any other one as it is.</summary>
    public TensorData Widened()
    {
        if (Type is not (ElementType.Float16 or ElementType.BFloat16))
        {
            return this;
        }

        float[] values = new float[Count];
        if (Type == ElementType.Float16)
        {
            TensorPrimitives.ConvertToSingle(As<Half>(), values);
        }
        else
        {
            // The upper half of a float32.
            var bits = MemoryMarshal.Cast<float, uint>(values.AsSpan());
            var upper = As<ushort>();
            for (int i = 0; i < upper.Length; i++)
            {
                bits[i] = (uint)upper[i] << 16;
            }
        }

        return FromFloats(Shape, values);
    }

    /// <summary>The elements seen as <typeparamref name="T"/>, which must have the element type's size.</summary>
    public ReadOnlySpan<T> As<T>()
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(_bytes);

    /// <summary>Bytes of <paramref name="count"/> elements; of int4 two lie in a byte.</summary>
    public static long ByteCount(ElementType type, long count) =>
        type == ElementType.Int4 ? (count + 1) / 2 : count * ElementSize(type);

    /// <summary>Bytes of an element.</summary>
    public static int ElementSize(ElementType type) => type switch
    {
        ElementType.UInt8 or ElementType.Int8 or ElementType.Bool => 1,
        ElementType.UInt16 or ElementType.Int16 or ElementType.Float16 or ElementType.BFloat16 => 2,
        ElementType.Float or ElementType.Int32 or ElementType.UInt32 => 4,
        ElementType.Int64 or ElementType.UInt64 or ElementType.Double => 8,
        _ => throw new KernelException(
            $"Tensors of element type {type} are not supported; supported are float, double, float16, bfloat16, bool and "
            + "the integers up to 64 bits."),
    };
}
