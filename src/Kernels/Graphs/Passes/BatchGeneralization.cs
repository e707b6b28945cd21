using Cluster.Kernels.Graphs.Inference;

namespace Cluster.Kernels.Graphs.Passes;

/// <summary>
/// Frees the batch of a network that was exported for a fixed one: input and output get a free first dimension, and a Reshape whose target
/// starts with that batch copies the first dimension instead. Only if every activation keeps the batch as its first axis and no operator
/// works along it; otherwise the graph is unchanged.
/// </summary>
internal static class BatchGeneralization
{
    private const long ProbeBatch = 3;

    public static ModelGraph Apply(ModelGraph graph)
    {
        if (graph.Inputs.Count == 0 || graph.Inputs.Any(input => input.Shape.Count == 0))
        {
            return graph;
        }

        long batch = Math.Abs(graph.Inputs[0].Shape[0]);
        bool isFixed = graph.Inputs.All(input => input.Shape[0] == batch);

        // Some exports name a free batch and still reshape to 1: free in name only.
        bool isFree = graph.Inputs.All(input => input.Shape[0] < 0);
        bool isFreeInNameOnly = isFree && graph.Nodes.Any(node => StartsWith(node, graph, 1)) && !IsBatchFirst(graph, 1);
        if (!isFixed && !isFreeInNameOnly)
        {
            return graph;
        }

        ModelGraph candidate = Free(graph, batch);
        return IsBatchFirst(candidate, batch) ? candidate with { FixedBatch = batch } : graph;
    }

    private static bool StartsWith(GraphNode node, ModelGraph graph, long batch) =>
        node.OpType == "Reshape" && node.Input(1) is { } target && !graph.Initializers.ContainsKey(node.Inputs[0])
        && graph.Initializers.GetValueOrDefault(target)?.Integers() is { } sizes && sizes.FirstOrDefault() == batch;

    private static ModelGraph Free(ModelGraph graph, long batch)
    {
        var editor = new GraphEditor(graph);
        GraphNode FreeTarget(GraphNode node)
        {
            long[] target = graph.Initializers[node.Inputs[1]].Integers()!;
            target[0] = 0;
            return node.Without("allowzero").WithInput(1, editor.Add($"{node.Name}.target", TensorData.FromInt64([target.Length], target)));
        }

        return editor.Build(graph.Nodes.Select(node => StartsWith(node, graph, batch) ? FreeTarget(node) : node)) with
        {
            Inputs = [.. graph.Inputs.Select(input => input with { Shape = [-1, .. input.Shape.Skip(1)] })],
            Outputs = [.. graph.Outputs.Select(
                output =>
                    output.Shape.Count > 0 && output.Shape[0] == batch ? output with { Shape = [-1, .. output.Shape.Skip(1)] } : output)],
        };
    }

    private static bool IsBatchFirst(ModelGraph graph, long batch)
    {
        ShapePropagation one;
        ShapePropagation other;
        try
        {
            one = ShapePropagation.Run(graph, batch);
            other = ShapePropagation.Run(graph, batch + ProbeBatch);
        }
        catch (KernelException)
        {
            // The shapes fit only the fixed batch: a valid answer, not a failure.
            return false;
        }

        var constants = graph.Initializers.Keys.ToHashSet(StringComparer.Ordinal);
        constants.UnionWith(one.Values.Keys);
        foreach (var node in graph.Nodes.Where(node => node.Inputs.All(name => name.Length == 0 || constants.Contains(name))))
        {
            constants.UnionWith(node.Outputs);
        }

        return graph.Nodes.All(node => constants.Contains(node.Output)
            || (one.Shapes[node.Output] is [var first, ..] && first == batch && other.Shapes[node.Output][0] == batch + ProbeBatch
                && one.Shapes[node.Output].AsSpan(1).SequenceEqual(other.Shapes[node.Output].AsSpan(1))
                && !WorksAlongBatch(node, graph, one.Shapes, other.Shapes)));
    }

    private static bool WorksAlongBatch(
        GraphNode node, ModelGraph graph, IReadOnlyDictionary<string, long[]> shapes, IReadOnlyDictionary<string, long[]> others)
    {
        var context = new ShapeContext(node, shapes, graph.Initializers.GetValueOrDefault);
        bool HasBatch(int input) => !shapes[node.Inputs[input]].AsSpan().SequenceEqual(others[node.Inputs[input]]);
        int rank = context.Shape(0).Length;
        return node.OpType switch
        {
            "Softmax" or "LogSoftmax" => context.Axis(node.GetInt("axis", graph.Opset >= OpsetUpgrade.Target ? -1 : 1), rank) == 0,
            "Concat" => context.Axis(node.GetInt("axis", 0), rank) == 0,
            "ReduceMean" or "ReduceSum" or "ReduceMax" or "ReduceMin" or "ReduceL1" or "ReduceL2" =>
                (context.Axes(1, rank) ?? [0]).Contains(0),
            "Gather" or "GatherElements" =>
                HasBatch(0) && context.Axis(node.GetInt("axis", 0), rank) == 0,
            "LayerNormalization" => context.Axis(node.GetInt("axis", -1), rank) == 0,
            "MatMul" => HasBatch(1) && context.Shape(1).Length <= 2,
            "Einsum" or "LSTM" or "GRU" or "Trilu" => true,
            "Tile" => context.Integers(1) is not [1, ..],
            "Transpose" => LayoutShapes.Permutation(node, rank)[0] != 0,
            "Flatten" => node.GetInt("axis", 1) is var axis && axis != 1 && axis != 1 - rank,
            "Squeeze" => (context.Axes(1, rank) ?? [0]).Contains(0),
            "Slice" => LayoutShapes.Slices(context).Any(slice => slice.Axis == 0),
            "Gemm" => node.GetInt("transA", 0) != 0 || HasBatch(1),
            _ => false,
        };
    }
}
