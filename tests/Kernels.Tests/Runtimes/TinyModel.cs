using System.Text;

namespace Cluster.Kernels.Tests.Runtimes;

/// <summary>
/// Small ONNX files written by hand (protobuf wire format; field numbers of onnx.proto3), so that these tests need
/// neither shared data nor the product's own writer.
/// </summary>
internal static class TinyModel
{
    public const int Float = 1;
    public const int UInt8 = 2;
    public const int Int8 = 3;
    public const int Int32 = 6;
    public const int Int64 = 7;

    public static byte[] Of(byte[][] nodes, byte[][] inputs, byte[][] outputs)
    {
        List<byte> graph = [];
        foreach (byte[] node in nodes)
        {
            graph.AddRange(Field(1, node));
        }

        graph.AddRange(Text(2, "tiny"));
        foreach (byte[] input in inputs)
        {
            graph.AddRange(Field(11, input));
        }

        foreach (byte[] output in outputs)
        {
            graph.AddRange(Field(12, output));
        }

        return [.. Number(1, 8), .. Field(7, [.. graph]), .. Field(8, Number(2, 13))];
    }

    public static byte[] Node(string type, string[] inputs, string output, params byte[][] attributes)
        =>
        [
            .. inputs.SelectMany(input => Text(1, input)),
            .. Text(2, output),
            .. Text(3, $"node_{output}"),
            .. Text(4, type),
            .. attributes.SelectMany(attribute => Field(5, attribute)),
        ];

    /// <summary>An integer attribute (AttributeProto type INT = 2).</summary>
    public static byte[] Integer(string name, int value) => [.. Text(1, name), .. Number(3, value), .. Number(20, 2)];

    /// <summary>A graph input or output; a dimension is a number or, if it is none, a name.</summary>
    public static byte[] Value(string name, int type, params string[] dimensions)
    {
        byte[] shape =
        [
            .. dimensions.SelectMany(dimension => Field(1, int.TryParse(dimension, out int size) ? Number(1, size) : Text(2, dimension))),
        ];
        byte[] tensor = [.. Number(1, type), .. Field(2, shape)];
        return [.. Text(1, name), .. Field(2, Field(1, tensor))];
    }

    private static byte[] Text(int field, string text) => Field(field, Encoding.UTF8.GetBytes(text));

    private static byte[] Field(int field, byte[] content) => [.. Varint((field << 3) | 2), .. Varint(content.Length), .. content];

    private static byte[] Number(int field, int value) => [.. Varint(field << 3), .. Varint(value)];

    private static byte[] Varint(int value)
    {
        List<byte> bytes = [];
        uint rest = (uint)value;
        while (rest > 0x7f)
        {
            bytes.Add((byte)(rest | 0x80));
            rest >>= 7;
        }

        bytes.Add((byte)rest);
        return [.. bytes];
    }
}
