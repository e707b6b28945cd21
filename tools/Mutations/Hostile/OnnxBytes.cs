using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Cluster.Mutations.Hostile;

/// <summary>
/// Writes ONNX files in protobuf's encoding, field by field, without the product's reader and writer, so that it can say what these never
/// write: absent names, initializers among the inputs, any type of constant, any opset.
/// </summary>
#pragma warning disable CA1001 // A stream in memory holds nothing to free.
internal sealed class OnnxBytes
#pragma warning restore CA1001
{
    public const int Float = 1, Int32 = 6, Int64 = 7, Float16 = 10, Double = 11;

    private readonly MemoryStream _graph = new();

    /// <summary>A node. An attribute is a long, a float, a string, an array of longs or <see cref="Tensor"/>'s bytes.</summary>
    public void Node(
        string type, string name, IEnumerable<string> inputs, IEnumerable<string> outputs, params (string Name, object Value)[] attributes)
    {
        var node = new MemoryStream();
        foreach (string input in inputs)
        {
            Text(node, 1, input);
        }

        foreach (string output in outputs)
        {
            Text(node, 2, output);
        }

        Text(node, 3, name);
        Text(node, 4, type);
        foreach (var (attribute, value) in attributes)
        {
            Bytes(node, 5, Attribute(attribute, value));
        }

        Bytes(_graph, 1, node.ToArray());
    }

    /// <summary>An initializer.</summary>
    /// <param name="tensor">See <see cref="Tensor"/>.</param>
    public void Initializer(byte[] tensor) => Bytes(_graph, 5, tensor);

    /// <param name="shape">-1 for a free dimension.</param>
    public void Input(string name, int type, long[] shape) => Bytes(_graph, 11, Value(name, type, shape));

    /// <inheritdoc cref="Input"/>
    public void Output(string name, int type, long[] shape) => Bytes(_graph, 12, Value(name, type, shape));

    /// <summary>The whole file.</summary>
    public byte[] File(int opset, int ir)
    {
        Text(_graph, 2, "hostile");
        var (imported, model) = (new MemoryStream(), new MemoryStream());
        Number(imported, 2, opset);
        Number(model, 1, ir);
        Bytes(model, 7, _graph.ToArray());
        Bytes(model, 8, imported.ToArray());
        return model.ToArray();
    }

    /// <summary>A constant of values that are converted to its type.</summary>
    /// <param name="isRaw">Whether it is bytes; else numbers in a field of their type.</param>
    public static byte[] Tensor(string name, int type, long[] shape, double[] values, bool isRaw = true)
    {
        var tensor = new MemoryStream();
        foreach (long size in shape)
        {
            Number(tensor, 1, size);
        }

        Number(tensor, 2, type);
        Text(tensor, 8, name);
        if (!isRaw && type == Float)
        {
            Bytes(tensor, 4, Raw(type, values));
        }
        else
        {
            Bytes(tensor, 9, Raw(type, values));
        }

        return tensor.ToArray();
    }

    private static byte[] Raw(int type, double[] values) => type switch
    {
        Float => MemoryMarshal.AsBytes(values.Select(value => (float)value).ToArray().AsSpan()).ToArray(),
        Float16 => MemoryMarshal.AsBytes(values.Select(value => (Half)value).ToArray().AsSpan()).ToArray(),
        Double => MemoryMarshal.AsBytes(values.AsSpan()).ToArray(),
        Int32 => MemoryMarshal.AsBytes(values.Select(value => (int)value).ToArray().AsSpan()).ToArray(),
        _ => MemoryMarshal.AsBytes(values.Select(value => (long)value).ToArray().AsSpan()).ToArray(),
    };

    private static byte[] Attribute(string name, object value)
    {
        var attribute = new MemoryStream();
        Text(attribute, 1, name);
        switch (value)
        {
            case float number:
                attribute.WriteByte((2 << 3) | 5);
                Span<byte> bits = stackalloc byte[4];
                BinaryPrimitives.WriteSingleLittleEndian(bits, number);
                attribute.Write(bits);
                Number(attribute, 20, 1);
                break;
            case string text:
                Text(attribute, 4, text);
                Number(attribute, 20, 3);
                break;
            case byte[] tensor:
                Bytes(attribute, 5, tensor);
                Number(attribute, 20, 4);
                break;
            case long[] numbers:
                foreach (long number in numbers)
                {
                    Number(attribute, 8, number);
                }

                Number(attribute, 20, 7);
                break;
            default:
                Number(attribute, 3, Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture));
                Number(attribute, 20, 2);
                break;
        }

        return attribute.ToArray();
    }

    private static byte[] Value(string name, int type, long[] shape)
    {
        var (sizes, tensor, typed, value) = (new MemoryStream(), new MemoryStream(), new MemoryStream(), new MemoryStream());
        foreach (long size in shape)
        {
            var dimension = new MemoryStream();
            if (size < 0)
            {
                Text(dimension, 2, "N");
            }
            else
            {
                Number(dimension, 1, size);
            }

            Bytes(sizes, 1, dimension.ToArray());
        }

        Number(tensor, 1, type);
        Bytes(tensor, 2, sizes.ToArray());
        Bytes(typed, 1, tensor.ToArray());
        Text(value, 1, name);
        Bytes(value, 2, typed.ToArray());
        return value.ToArray();
    }

    private static void Text(Stream to, int field, string text) => Bytes(to, field, Encoding.UTF8.GetBytes(text));

    private static void Bytes(Stream to, int field, byte[] bytes)
    {
        Varint(to, (ulong)((field << 3) | 2));
        Varint(to, (ulong)bytes.Length);
        to.Write(bytes);
    }

    private static void Number(Stream to, int field, long number)
    {
        Varint(to, (ulong)(field << 3));
        Varint(to, (ulong)number);
    }

    private static void Varint(Stream to, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            to.WriteByte((byte)(value | 0x80));
        }

        to.WriteByte((byte)value);
    }
}
