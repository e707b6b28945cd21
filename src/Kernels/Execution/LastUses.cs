using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Groups;

namespace Cluster.Kernels.Execution;

/// <summary>For each of some nodes, the tensors that none of them reads later, when they run in order.</summary>
internal sealed class LastUses
{
    private readonly Dictionary<string, List<string>> _endingAt = new(StringComparer.Ordinal);

    /// <param name="isKept">Whether a tensor outlives the nodes.</param>
    public LastUses(GroupedGraph graph, IEnumerable<GraphNode> nodes, Func<string, bool> isKept)
    {
        var last = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var node in nodes)
        {
            last.TryAdd(node.Output, node.Name);
            foreach (string input in graph.Roles.Activations(node))
            {
                last[input] = node.Name;
            }
        }

        foreach (var (tensor, node) in last.Where(pair => !isKept(pair.Key)))
        {
            if (!_endingAt.TryGetValue(node, out var list))
            {
                _endingAt[node] = list = [];
            }

            list.Add(tensor);
        }
    }

    public IReadOnlyList<string> EndingAt(string node) => _endingAt.TryGetValue(node, out var list) ? list : [];
}
