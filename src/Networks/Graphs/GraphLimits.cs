namespace Cluster.Networks.Graphs;

/// <summary>Limits for the size of a network: larger ones are refused before memory is allocated for them.</summary>
public static class GraphLimits
{
    /// <summary>The most nodes of a file, some ten times as many as in large published networks.</summary>
    public const int MostNodes = 100_000;

    /// <summary>The most groups of a network to search, as the search compares them with each other.</summary>
    public const int MostGroups = 2000;

    /// <summary>The most elements of one value, for all samples of a batch together: 8 GiB of floats.</summary>
    public const long MostElements = int.MaxValue;

    /// <summary>Checks the number of nodes in a file.</summary>
    /// <exception cref="KernelException">There are more.</exception>
    internal static void RequireNodes(long nodes, string file)
    {
        if (nodes > MostNodes)
        {
            throw new KernelException(
                $"The model '{file}' has {Text(nodes)} nodes where at most {Text(MostNodes)} are read: simplify it, or export a part of "
                + "it.");
        }
    }

    /// <summary>Checks the number of groups that a search would decide on.</summary>
    /// <exception cref="KernelException">There are more, or none.</exception>
    public static void RequireSearchable(GroupedGraph graph)
    {
        if (Unquantizable(graph) is { } why)
        {
            throw new KernelException($"{char.ToUpperInvariant(why[0])}{why[1..]}.");
        }

        var groups = graph.Groups.Count(group => group.CanQuantize);
        if (groups > MostGroups)
        {
            throw new KernelException(
                $"The network has {Text(groups)} groups where a search takes at most {Text(MostGroups)}, as it compares them with each "
                + "other: search for a part of the network.");
        }
    }

    /// <summary>Why no group can be quantized, a sentence without its full stop; null if some can.</summary>
    public static string? Unquantizable(GroupedGraph graph) => graph.Groups.Any(group => group.CanQuantize)
        ? null
        : "no layer of this network can be quantized: integer kernels multiply by constant weights in Conv, Gemm, MatMul and LSTM or "
            + "multiply two activations in MatMul, and its operators are "
            + string.Join(", ", graph.Nodes.Select(node => node.OpType).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    private static string Text(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
