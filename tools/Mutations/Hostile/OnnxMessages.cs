using System.Runtime.InteropServices;
using Dimension = Cluster.Networks.Graphs.Onnx.Schema.TensorShapeProto.Types.Dimension;

namespace Cluster.Mutations.Hostile;

/// <summary>
/// Fills in ONNX's messages without the product's writer, so that they can say what it never writes: absent names, initializers among the
/// inputs, any type of constant, any opset.
/// </summary>
internal static class OnnxMessages
{
    public const int Float = 1, Int32 = 6, Int64 = 7, Float16 = 10, Double = 11;

    /// <summary>An attribute: a float, a string, an array of longs, a <see cref="Tensor"/>, or a whole number.</summary>
    public static AttributeProto Attribute(string name, object value) => value switch
    {
        float number => new() { Name = name, Type = 1, F = number },
        string text => new() { Name = name, Type = 3, S = ByteString.CopyFromUtf8(text) },
        TensorProto tensor => new() { Name = name, Type = 4, T = tensor },
        long[] numbers => new() { Name = name, Type = 7, Ints = { numbers } },
        _ => new() { Name = name, Type = 2, I = Convert.ToInt64(value, CultureInfo.InvariantCulture) },
    };

    /// <summary>A constant of values that are converted to its type.</summary>
    /// <param name="isRaw">Whether it is bytes; else a float one is numbers in their own field.</param>
    public static TensorProto Tensor(string name, int type, long[] shape, double[] values, bool isRaw = true)
    {
        var tensor = new TensorProto { Name = name, DataType = type, Dims = { shape } };
        if (!isRaw && type == Float)
        {
            tensor.FloatData.Add(values.Select(value => (float)value));
        }
        else
        {
            tensor.RawData = ByteString.CopyFrom(Raw(type, values));
        }

        return tensor;
    }

    /// <summary>An input or output.</summary>
    /// <param name="shape">-1 for a free dimension.</param>
    public static ValueInfoProto Value(string name, int type, long[] shape)
    {
        var sizes = shape.Select(size => size < 0 ? new Dimension { DimParam = "N" } : new Dimension { DimValue = size });
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = type, Shape = new() { Dim = { sizes } } } } };
    }

    private static ReadOnlySpan<byte> Raw(int type, double[] values) => type switch
    {
        Float => MemoryMarshal.AsBytes(values.Select(value => (float)value).ToArray().AsSpan()),
        Float16 => MemoryMarshal.AsBytes(values.Select(value => (Half)value).ToArray().AsSpan()),
        Double => MemoryMarshal.AsBytes(values.AsSpan()),
        Int32 => MemoryMarshal.AsBytes(values.Select(value => (int)value).ToArray().AsSpan()),
        _ => MemoryMarshal.AsBytes(values.Select(value => (long)value).ToArray().AsSpan()),
    };
}
