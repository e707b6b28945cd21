using Cluster.Kernels.Graphs.Onnx.Schema;
using Google.Protobuf;

namespace Cluster.Kernels.Graphs.Onnx;

/// <summary>Encodes nodes, attributes and constants as messages.</summary>
internal static class NodeEncoder
{
    public static NodeProto Encode(GraphNode node)
    {
        var proto = new NodeProto { Name = node.Name, OpType = node.OpType, DocString = node.Note };
        if (node.Domain.Length > 0)
        {
            proto.Domain = node.Domain;
        }

        proto.Input.AddRange(node.Inputs);
        proto.Output.AddRange(node.Outputs);
        proto.Attribute.AddRange(node.Attributes
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => Encode(pair.Key, pair.Value)));
        return proto;
    }

    public static TensorProto Encode(TensorData tensor, string name)
    {
        var proto = new TensorProto
        {
            Name = name,
            DataType = (int)tensor.Type,
            RawData = UnsafeByteOperations.UnsafeWrap(tensor.Bytes),
        };
        proto.Dims.AddRange(tensor.Shape);
        return proto;
    }

    private static AttributeProto Encode(string name, AttributeValue value)
    {
        var proto = new AttributeProto { Name = name };
        AttributeKind kind;
        switch (value)
        {
            case { Int: { } number }:
                proto.I = number;
                kind = AttributeKind.Int;
                break;
            case { Float: { } number }:
                proto.F = number;
                kind = AttributeKind.Float;
                break;
            case { Text: { } text }:
                proto.S = ByteString.CopyFromUtf8(text);
                kind = AttributeKind.String;
                break;
            case { Ints: { } numbers }:
                proto.Ints.AddRange(numbers);
                kind = AttributeKind.Ints;
                break;
            case { Floats: { } numbers }:
                proto.Floats.AddRange(numbers);
                kind = AttributeKind.Floats;
                break;
            case { Texts: { } texts }:
                proto.Strings.AddRange(texts.Select(ByteString.CopyFromUtf8));
                kind = AttributeKind.Strings;
                break;
            case { Tensor: { } tensor }:
                proto.T = Encode(tensor, string.Empty);
                kind = AttributeKind.Tensor;
                break;
            default:
                throw new KernelException($"The attribute '{name}' holds nothing; expected exactly one value.");
        }

        proto.Type = (int)kind;
        return proto;
    }
}
