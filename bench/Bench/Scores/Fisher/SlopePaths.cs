using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Groups;

namespace Cluster.Bench.Scores.Fisher;

/// <summary>The tensors that a gradient of the first output can reach.</summary>
internal sealed class SlopePaths
{
    // ONNX's element types: float, float16, double, bfloat16.
    private static readonly long[] Floats = [1, 10, 11, 16];

    private readonly HashSet<string> _sloped;

    public SlopePaths(GroupedGraph graph) => _sloped = Reaching(graph, [.. graph.Nodes], [graph.Output.Name], HasSlope);

    /// <summary>Whether gradients flow from the first output to the tensor.</summary>
    public bool Reach(string tensor) => _sloped.Contains(tensor);

    /// <summary>Inputs of nodes that gradients reach from those nodes' outputs.</summary>
    public IReadOnlySet<string> Within(GroupedGraph graph, IReadOnlyList<GraphNode> nodes) =>
        Reaching(graph, nodes, [.. nodes.Select(node => node.Output).Where(Reach)], HasSlope);

    /// <summary>
    /// A sentence if a group that may be quantized reaches the first output through an operator without a gradient; else null. Sizes do not
    /// count: they do not depend on the elements.
    /// </summary>
    public static string? Problem(GroupedGraph graph)
    {
        var needed = Reaching(graph, [.. graph.Nodes], [graph.Output.Name], static _ => true);
        var decided = new HashSet<string>(StringComparer.Ordinal);
        foreach (var group in graph.Groups)
        {
            foreach (var node in group.Nodes)
            {
                bool depends = node.OpType != "Shape" && graph.Roles.Activations(node).Any(decided.Contains);
                if (depends && !HasSlope(node) && needed.Contains(node.Output))
                {
                    return $"The operator {node.OpType} (node '{node.Name}') of group '{group.Name}' has no gradient, so that groups "
                        + "before it cannot be scored by one: use --scores sweep.";
                }

                if (depends || group.CanQuantize)
                {
                    decided.Add(node.Output);
                }
            }
        }

        return null;
    }

    private static bool HasSlope(GraphNode node) =>
        OperatorCatalog.Entries[node.OpType].HasSlope && (node.OpType != "Cast" || Floats.Contains(node.GetInt("to", 1)));

    private static HashSet<string> Reaching(
        GroupedGraph graph, IReadOnlyList<GraphNode> nodes, IEnumerable<string> ends, Func<GraphNode, bool> passes)
    {
        var reached = ends.ToHashSet(StringComparer.Ordinal);
        foreach (var node in nodes.Reverse().Where(node => reached.Contains(node.Output) && passes(node)))
        {
            reached.UnionWith(graph.Roles.Activations(node));
        }

        return reached;
    }
}
