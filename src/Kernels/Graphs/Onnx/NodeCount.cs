namespace Cluster.Kernels.Graphs.Onnx;

/// <summary>Counts a model's nodes in its bytes: as objects they take many times the memory.</summary>
internal static class NodeCount
{
    // ModelProto.graph, GraphProto.node.
    private static readonly uint Graph = WireFormat.MakeTag(7, WireFormat.WireType.LengthDelimited);
    private static readonly uint Node = WireFormat.MakeTag(1, WireFormat.WireType.LengthDelimited);

    /// <exception cref="InvalidProtocolBufferException">The bytes are damaged or cut off.</exception>
    public static long Of(byte[] model)
    {
        // A file may store its graph in several parts, which the parser joins.
        long count = 0;
        using var fields = new CodedInputStream(model);
        while (fields.ReadTag() is var tag and not 0)
        {
            var begin = (int)fields.Position;
            fields.SkipLastField();
            count += tag == Graph ? OfGraph(model, begin, (int)fields.Position) : 0;
        }

        return count;
    }

    private static long OfGraph(byte[] model, int begin, int end)
    {
        long count = 0;
        using var fields = new CodedInputStream(model, begin, end - begin);
        fields.ReadLength();
        while (fields.ReadTag() is var tag and not 0)
        {
            count += tag == Node ? 1 : 0;
            fields.SkipLastField();
        }

        return count;
    }
}
