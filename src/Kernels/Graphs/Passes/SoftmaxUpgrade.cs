using Cluster.Kernels.Graphs.Inference;

namespace Cluster.Kernels.Graphs.Passes;

/// <summary>
/// Before opset 13 Softmax and LogSoftmax ran over all axes from <c>axis</c> (by default 1) on together; since then they run over one, by
/// default the last. The two are the same if all but one of those axes have size 1.
/// </summary>
internal static class SoftmaxUpgrade
{
    public static ModelGraph Apply(ModelGraph graph, int opset)
    {
        if (opset >= OpsetUpgrade.Target || !graph.Nodes.Any(IsSoftmax))
        {
            return graph;
        }

        IReadOnlyDictionary<string, long[]> shapes = ShapePropagation.Probe(graph).Shapes;
        return graph with
        {
            Nodes = [.. graph.Nodes.Select(node => IsSoftmax(node) ? Upgrade(node, shapes[node.Inputs[0]]) : node)]
        };
    }

    private static bool IsSoftmax(GraphNode node) => node.OpType is "Softmax" or "LogSoftmax";

    private static GraphNode Upgrade(GraphNode node, long[] shape)
    {
        int axis = ShapeMath.Axis(node.GetInt("axis", 1), shape.Length) ?? throw node.Error("names an axis that its input does not have.");
        int[] real = [.. Enumerable.Range(axis, shape.Length - axis).Where(i => shape[i] != 1)];
        return real.Length <= 1
            ? node.With("axis", AttributeValue.Of((long)(real.Length == 1 ? real[0] : axis)))
            : throw node.Error(
                $"runs over several axes of {ShapeMath.Text(shape)} together, as before opset 13; flatten its input or "
                + "export at opset 13 or newer.");
    }
}
