using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Export;

/// <summary>
/// Handles the reductions, whose axes were an attribute up to opset 17 and are an input since: the only operators here that a later opset
/// changes.
/// </summary>
internal static class ReductionAxes
{
    public static ModelGraph Upgrade(ModelGraph graph, int from)
    {
        if (from >= 18 || graph.Opset < 18)
        {
            return graph;
        }

        var constants = graph.Initializers.ToDictionary(StringComparer.Ordinal);
        return graph with { Nodes = [.. graph.Nodes.Select(node => Upgrade(node, constants))], Initializers = constants };
    }

    private static GraphNode Upgrade(GraphNode node, Dictionary<string, TensorData> constants)
    {
        if (node.OpType is not ("ReduceMean" or "ReduceMax" or "ReduceMin" or "ReduceL1" or "ReduceL2")
            || node.GetInts("axes") is not { } axes)
        {
            return node;
        }

        string name = node.Name + "_axes";
        constants[name] = TensorData.FromInt64([axes.Count], [.. axes]);
        return node.Without("axes").WithInput(1, name);
    }
}
