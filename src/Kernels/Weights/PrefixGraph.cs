using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Weights;

/// <summary>The part of a network that computes some of its values.</summary>
internal static class PrefixGraph
{
    /// <summary>A network with the same inputs whose outputs are these values, in their order, under other names.</summary>
    /// <param name="values">Float, and not constants.</param>
    public static ModelGraph Of(ModelGraph graph, IReadOnlyList<string> values)
    {
        var needed = values.ToHashSet(StringComparer.Ordinal);
        var nodes = new List<GraphNode>();
        foreach (var node in graph.Nodes.Reverse().Where(node => node.Outputs.Any(needed.Contains)))
        {
            nodes.Add(node);
            needed.UnionWith(node.Inputs);
        }

        // A value may be an input of the network itself, which cannot be an output under the same name.
        GraphNode[] copies =
        [
            .. values.Select((value, index) => new GraphNode($"{value}/copy", "Identity", [value], [$"{value}/copy{index}"])),
        ];
        return graph with
        {
            Nodes = [.. nodes.AsEnumerable().Reverse(), .. copies],
            Outputs = [.. copies.Select(copy => new ValueInfo(copy.Output, ElementType.Float, []) { ShapeKnown = false })],
            Initializers = graph.Initializers
                .Where(pair => needed.Contains(pair.Key))
                .ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal),
        };
    }
}
