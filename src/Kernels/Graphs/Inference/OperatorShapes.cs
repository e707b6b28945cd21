namespace Cluster.Kernels.Graphs.Inference;

/// <summary>Output shapes of one node from the shapes of its inputs, by the rules of <see cref="OperatorCatalog"/>.</summary>
internal static class OperatorShapes
{
    /// <summary>The shapes of all outputs; most operators have one.</summary>
    public static IReadOnlyList<long[]> Outputs(ShapeContext context)
    {
        GraphNode node = context.Node;
        switch (node.OpType)
        {
            case "Split":
                return LayoutShapes.Split(context);
            case "LSTM" or "GRU":
                long[] all = RecurrentGeometry.Shape(context);
                return [all, all[1..], all[1..]];
            case "Dropout":
                return [.. node.Outputs.Select(_ => context.Shape(0))];
            default:
                long[] shape = OperatorCatalog.Entries[node.OpType].Shape(context);
                return [.. node.Outputs.Select(_ => shape)];
        }
    }

    /// <summary>The value of a Shape node, with the start and end of opset 15.</summary>
    public static TensorData Value(GraphNode node, long[] shape)
    {
        (long start, long count, _) = ShapeMath.Slice(node.GetInt("start", 0), node.GetInt("end", long.MaxValue), 1, shape.Length);
        return TensorData.FromInt64([count], shape.AsSpan((int)start, (int)count));
    }
}
