using Cluster.Kernels.Graphs.Groups;

namespace Cluster.Kernels.Execution;

/// <summary>For each node the tensors that nobody reads after it, when groups run in order.</summary>
internal sealed class LastUses
{
    private readonly Dictionary<string, List<string>> _endingAt = new(StringComparer.Ordinal);

    public LastUses(GroupedGraph graph)
    {
        var last = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var node in graph.Groups.SelectMany(group => group.Nodes))
        {
            last.TryAdd(node.Output, node.Name);
            foreach (var input in graph.Roles.Activations(node))
            {
                last[input] = node.Name;
            }
        }

        foreach (var (tensor, node) in last.Where(pair => !graph.IsOutput(pair.Key)))
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
