namespace Cluster.Kernels.Graphs.Inference;

/// <summary>A node with the known shapes and values of its inputs.</summary>
internal sealed class ShapeContext(GraphNode node, IReadOnlyDictionary<string, long[]> shapes, Func<string, TensorData?> value)
{
    public GraphNode Node => node;

    public long[] Shape(int input) => node.Input(input) is { } name && shapes.TryGetValue(name, out long[]? shape)
        ? shape
        : throw node.Error($"lacks its input {input}; the graph is incomplete.");

    public TensorData? Value(int input) => node.Input(input) is { } name ? value(name) : null;

    /// <summary>The integers at an input; null if the input is absent.</summary>
    /// <exception cref="UnknownSizeException">They depend on what the inputs hold.</exception>
    public long[]? Integers(int input) => !node.HasInput(input)
        ? null
        : Value(input)?.Integers() ?? throw new UnknownSizeException();

    /// <summary>
    /// Axes from an input (newer opsets) or from an attribute (older ones), counted from the front; null if neither is given.
    /// </summary>
    public int[]? Axes(int input, int rank)
    {
        IReadOnlyList<long>? axes = Integers(input) ?? node.GetInts("axes");
        return axes?.Select(axis => Axis(axis, rank)).Distinct().Order().ToArray();
    }

    public int Axis(long axis, int rank) => ShapeMath.Axis(axis, rank)
        ?? throw node.Error($"names the axis {axis}, which a value of rank {rank} does not have.");

    /// <summary>The shape that all inputs broadcast to.</summary>
    public long[] BroadcastAll()
    {
        long[] shape = Shape(0);
        for (int i = 1; i < node.Inputs.Count; i++)
        {
            shape = ShapeMath.Broadcast(shape, Shape(i)) ?? throw node.Error(
                $"combines the shapes {ShapeMath.Text(shape)} and {ShapeMath.Text(Shape(i))}, which cannot be broadcast together.");
        }

        return shape;
    }

    public long[] Broadcast(int left, int right) => ShapeMath.Broadcast(Shape(left), Shape(right))
        ?? throw node.Error(
            $"combines the shapes {ShapeMath.Text(Shape(left))} and {ShapeMath.Text(Shape(right))}, which cannot be broadcast together.");
}
