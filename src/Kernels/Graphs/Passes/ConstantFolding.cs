using Cluster.Kernels.Graphs.Inference;

namespace Cluster.Kernels.Graphs.Passes;

/// <summary>
/// Replaces nodes by their values where these depend on constants and on fixed sizes only, and the target of a Reshape
/// that depends on the batch by one with 0 or -1 in its place. What depends on the batch is found by inferring the
/// graph for two batch sizes: it is what differs.
/// </summary>
internal static class ConstantFolding
{
    private const long FirstBatch = 2;
    private const long SecondBatch = 3;

    // Arithmetic is folded for chains of sizes; whole weights are only rearranged, which never makes them larger.
    private const long LargestComputed = 1 << 16;

    public static ModelGraph Apply(ModelGraph graph)
    {
        var first = ShapePropagation.Run(graph, FirstBatch);
        var second = ShapePropagation.Run(graph, SecondBatch);
        var editor = new GraphEditor(graph);
        var nodes = new List<GraphNode>();
        foreach (GraphNode node in graph.Nodes)
        {
            if (Evaluate(node, editor) is { } value)
            {
                editor.Define(node.Output, value);
            }
            else if (first.Values.TryGetValue(node.Output, out TensorData? a) && second.Values.TryGetValue(node.Output, out TensorData? b)
                && a.Shape.AsSpan().SequenceEqual(b.Shape) && a.Bytes.Span.SequenceEqual(b.Bytes.Span))
            {
                editor.Define(node.Output, a);
            }
            else
            {
                nodes.Add(
                    node.OpType == "Reshape" && editor.Constant(node, 1) is null ? WithFixedTarget(node, first, second, editor) : node);
            }
        }

        return editor.Build(nodes);
    }

    private static TensorData? Evaluate(GraphNode node, GraphEditor editor)
    {
        var inputs = new TensorData?[node.Inputs.Count];
        long largest = LargestComputed;
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = editor.Constant(node, i);
            if (node.HasInput(i) && inputs[i] is null)
            {
                return null;
            }

            largest = Math.Max(largest, inputs[i]?.Count ?? 0);
        }

        return ConstantEvaluator.TryEvaluate(node, inputs, largest);
    }

    private static GraphNode WithFixedTarget(GraphNode node, ShapePropagation first, ShapePropagation second, GraphEditor editor)
    {
        if (!first.Values.TryGetValue(node.Inputs[1], out TensorData? before)
            || before.Integers() is not { } a
            || second.Values.GetValueOrDefault(node.Inputs[1])?.Integers() is not { } b
            || a.Length != b.Length)
        {
            return node;
        }

        var target = new long[a.Length];
        for (int i = 0; i < a.Length; i++)
        {
            bool copiesBatch = i == 0
                && first.Shapes[node.Inputs[0]] is [var x, ..]
                && x == a[0]
                && second.Shapes[node.Inputs[0]][0] == b[0];
            target[i] = a[i] == b[i] ? a[i] : copiesBatch ? 0 : -1;
        }

        return target.Count(size => size == -1) <= 1
            ? node.Without("allowzero").WithInput(1, editor.Add($"{node.Name}.target", TensorData.FromInt64([target.Length], target)))
            : throw node.Error(
                "has a target that depends on the batch in more than one place; flatten or reshape with one free dimension.");
    }
}
