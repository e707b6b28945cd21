namespace Cluster.Kernels.Execution;

/// <summary>For each of some nodes, the tensors that none of them reads later, when they run in order.</summary>
internal sealed class LastUses
{
    private readonly ILookup<string, string> _endingAt;

    /// <param name="isKept">Whether a tensor outlives the nodes.</param>
    public LastUses(GroupedGraph graph, IEnumerable<GraphNode> nodes, Func<string, bool> isKept)
    {
        var last = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var node in nodes)
        {
            foreach (string output in node.Values)
            {
                last.TryAdd(output, node.Name);
            }

            foreach (string input in graph.Roles.Activations(node))
            {
                last[input] = node.Name;
            }
        }

        _endingAt = last.Where(pair => !isKept(pair.Key)).ToLookup(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal);
    }

    public IReadOnlyList<string> EndingAt(string node) => [.. _endingAt[node]];
}
