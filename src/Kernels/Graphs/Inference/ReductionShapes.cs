namespace Cluster.Kernels.Graphs.Inference;

/// <summary>Output shapes of reductions.</summary>
internal static class ReductionShapes
{
    public static long[] Of(ShapeContext context)
    {
        long[] input = context.Shape(0);
        int[] axes = context.Axes(1, input.Length) ?? [];
        if (axes.Length == 0 && context.Node.GetInt("noop_with_empty_axes", 0) != 0)
        {
            return input;
        }

        bool Reduced(int axis) => axes.Length == 0 || axes.Contains(axis);
        return context.Node.GetInt("keepdims", 1) != 0
            ? [.. input.Select((size, i) => Reduced(i) ? 1 : size)]
            : [.. input.Where((_, i) => !Reduced(i))];
    }
}
