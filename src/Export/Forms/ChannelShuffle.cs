namespace Cluster.Export.Forms;

/// <summary>
/// A channel shuffle: (N, C, H, W) as (N, g, C/g, H, W), its groups exchanged with what is in them, and back, with pairs in between.
/// </summary>
/// <param name="First">The Reshape to five axes.</param>
/// <param name="Last">The Reshape to four.</param>
/// <param name="Groups">g.</param>
/// <param name="Inner">What is computed between them.</param>
internal sealed record ChannelShuffle(GraphNode First, GraphNode Last, int Groups, IReadOnlyList<string> Inner)
{
    /// <summary>What is shuffled.</summary>
    public string Input => First.Inputs[0];

    /// <summary>All shuffles of a file.</summary>
    public static IEnumerable<ChannelShuffle> In(FormedValues file)
    {
        foreach (var first in file.Graph.Nodes.Where(node => IsReshape(file, node, from: 4, to: 5)))
        {
            var inner = new List<string> { first.Output };
            if (file.Shape(first.Output) is [_, var groups, ..]
                && Next(file, inner) is { OpType: "Transpose" } exchange && exchange.GetInts("perm") is [0, 2, 1, 3, 4])
            {
                inner.Add(exchange.Output);
                if (Next(file, inner) is { } last && IsReshape(file, last, from: 5, to: 4)
                    && file.Shape(last.Output)!.SequenceEqual(file.Shape(first.Inputs[0])!))
                {
                    yield return new ChannelShuffle(first, last, (int)groups, inner);
                }
            }
        }
    }

    private static bool IsReshape(FormedValues file, GraphNode node, int from, int to) => node is { OpType: "Reshape", Domain: "" }
        && file.Stored(node.Input(1)) is { Type: ElementType.Int64 }
        && file.Shape(node.Inputs[0])?.Length == from && file.Shape(node.Output)?.Length == to;

    // The next node that is no part of a pair.
    private static GraphNode? Next(FormedValues file, List<string> inner)
    {
        var reader = file.OnlyReader(inner[^1]);
        while (reader is { OpType: "QuantizeLinear" or "DequantizeLinear" })
        {
            inner.Add(reader.Output);
            reader = file.OnlyReader(reader.Output);
        }

        return reader;
    }
}
