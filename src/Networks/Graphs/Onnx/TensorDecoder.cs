using Google.Protobuf.Collections;

namespace Cluster.Networks.Graphs.Onnx;

/// <summary>
/// Decodes TensorProto to <see cref="TensorData"/>. Nothing is allocated before the declared shape was compared with the available bytes.
/// </summary>
internal static class TensorDecoder
{
    private const int ExternalLocation = 1;

    /// <summary>Type, shape and bytes, checked against each other.</summary>
    /// <param name="what">The tensor's name in an error, e.g. "The initializer 'w' of 'm.onnx'".</param>
    public static TensorData Decode(TensorProto proto, string what)
    {
        RequireOwn(proto, what);
        ElementType type = ElementTypeOf(proto.DataType, what);
        long[] shape = [.. proto.Dims];
        long count = CountOf(shape, what);
        var bytes = proto.HasRawData && proto.RawData.Length > 0
            ? Raw(proto, type, count, what)
            : Typed(proto, type, count, what);
        return new TensorData(type, shape, bytes);
    }

    /// <exception cref="KernelException">The tensor's data are in another file.</exception>
    public static void RequireOwn(TensorProto proto, string what)
    {
        if (proto.DataLocation == ExternalLocation || proto.ExternalData.Count > 0)
        {
            throw new KernelException(
                $"{what} keeps its data in another file, where one file that holds everything is expected; give the model to a "
                + "command on the machine that has its files, or save it again without external data.");
        }
    }

    /// <summary>Whether tensors of an element type are read.</summary>
    public static bool Knows(int dataType) => Enum.IsDefined((ElementType)dataType)
        && (ElementType)dataType != ElementType.Undefined;

    public static ElementType ElementTypeOf(int dataType, string what)
    {
        return Knows(dataType)
            ? (ElementType)dataType
            : throw new KernelException(
                $"{what} has element type {dataType.ToString(CultureInfo.InvariantCulture)}, which is not supported; expected "
                + "floats, bool or integers: export the network without text and complex numbers.");
    }

    private static long CountOf(long[] shape, string what) =>
        ShapeMath.Count(shape) is { } count && Array.TrueForAll(shape, dimension => dimension <= int.MaxValue)
            ? count
            : throw new KernelException(
                $"{what} declares the shape [{string.Join(',', shape)}]; expected dimensions that are not negative "
                + "and fewer than 2^31 elements.");

    private static ReadOnlyMemory<byte> Raw(TensorProto proto, ElementType type, long count, string what)
    {
        Expect(proto.RawData.Length, TensorData.ByteCount(type, count), "bytes", proto, what);
        return proto.RawData.Memory;
    }

    private static byte[] Typed(TensorProto proto, ElementType type, long count, string what) => type switch
    {
        ElementType.Float => Copy(proto.FloatData, count, proto, what),
        ElementType.Double => Copy(proto.DoubleData, count, proto, what),
        ElementType.Int64 => Copy(proto.Int64Data, count, proto, what),
        ElementType.Int32 => Copy(proto.Int32Data, count, proto, what),
        ElementType.Int8 => Narrow<int, sbyte>(proto.Int32Data, count, proto, what),
        ElementType.UInt32 => Narrow<ulong, uint>(proto.Uint64Data, count, proto, what),
        ElementType.UInt64 => Copy(proto.Uint64Data, count, proto, what),
        ElementType.Int16 => Narrow<int, short>(proto.Int32Data, count, proto, what),
        ElementType.UInt16 or ElementType.Float16 or ElementType.BFloat16 => Narrow<int, ushort>(proto.Int32Data, count, proto, what),
        _ => Narrow<int, byte>(proto.Int32Data, TensorData.ByteCount(type, count), proto, what), // several to a byte, or of 8 bits
    };

    private static byte[] Copy<T>(RepeatedField<T> field, long count, TensorProto proto, string what)
        where T : unmanaged
    {
        Expect(field.Count, count, "values", proto, what);
        T[] values = [.. field];
        return MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
    }

    // The format stores every integer of up to 16 bits as an int32, and uint32 as uint64.
    private static byte[] Narrow<TWide, T>(RepeatedField<TWide> field, long count, TensorProto proto, string what)
        where TWide : System.Numerics.INumberBase<TWide>
        where T : unmanaged, System.Numerics.INumberBase<T>
    {
        Expect(field.Count, count, "values", proto, what);
        var values = new T[count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = T.CreateTruncating(field[i]);
            if (TWide.CreateTruncating(values[i]) != field[i])
            {
                throw new KernelException($"{what} holds the value {field[i]}, which does not fit its element type; the file is damaged.");
            }
        }

        return MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
    }

    private static void Expect(long found, long expected, string unit, TensorProto proto, string what)
    {
        if (found != expected)
        {
            throw new KernelException(
                $"{what} has {found} {unit} of data; expected {expected} for its shape [{string.Join(',', proto.Dims)}]: the file "
                + "is damaged or cut off.");
        }
    }
}
