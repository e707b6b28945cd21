namespace Cluster.Silo.Api.Access;

/// <summary>Counts the nodes of a graph before it is parsed: the file is read once and none of it is kept.</summary>
internal static class OnnxNodes
{
    // Field numbers in onnx.proto.
    private const int Graph = 7;
    private const int Node = 1;

    /// <summary>The nodes of a model's graph; 0 if the file is not ONNX, which the job's preparation refuses.</summary>
    public static int Count(Stream model)
    {
        using var input = CodedInputStream.CreateWithLimits(model, sizeLimit: int.MaxValue, recursionLimit: 100);
        int nodes = 0;
        long graphEnd = 0;
        try
        {
            while (input.ReadTag() is var tag and not 0)
            {
                int field = WireFormat.GetTagFieldNumber(tag);
                bool isInGraph = input.Position <= graphEnd;
                if (!isInGraph && field == Graph)
                {
                    // Its fields follow, and are read one by one.
                    int length = input.ReadLength();
                    graphEnd = input.Position + length;
                    continue;
                }

                nodes += isInGraph && field == Node ? 1 : 0;
                input.SkipLastField();
            }

            return nodes;
        }
        catch (InvalidProtocolBufferException)
        {
            return 0;
        }
    }
}
