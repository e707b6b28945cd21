using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Operators;

/// <summary>Means, sums and extremes over whole axes.</summary>
internal static class ReductionOperators
{
    public static Dictionary<string, OperatorBuilder> All { get; } = new(StringComparer.Ordinal)
    {
        ["ReduceMean"] = (node, context) => Over(node, context, static (x, axes, keep) => x.mean(axes, keep)),
        ["ReduceSum"] = (node, context) => Over(node, context, static (x, axes, keep) => x.sum(axes, keep)),
        ["ReduceMax"] = (node, context) => Over(node, context, static (x, axes, keep) => x.amax(axes, keep)),
        ["ReduceMin"] = (node, context) => Over(node, context, static (x, axes, keep) => x.amin(axes, keep)),
        ["ReduceL1"] = (node, context) => Over(node, context, SumOfSizes),
        ["ReduceL2"] = (node, context) => Over(node, context, Norm),
    };

    // libtorch's own norm takes two axes at most.
    private static Tensor Norm(Tensor x, long[] axes, bool keep)
    {
        if (axes.Length <= 2)
        {
            return linalg.norm(x, axes, keep);
        }

        using var squares = x.mul(x);
        using var sums = squares.sum(axes, keep);
        return sums.sqrt();
    }

    private static Tensor SumOfSizes(Tensor x, long[] axes, bool keep)
    {
        using var sizes = x.abs();
        return sizes.sum(axes, keep);
    }

    // Without axes, which are an attribute or an input, everything is reduced, or nothing if the node says so.
    private static NodeKernel Over(GraphNode node, OperatorContext context, Func<Tensor, long[], bool, Tensor> reduce)
    {
        bool keep = node.GetInt("keepdims", 1) == 1;
        long[]? axes = node.HasInput(1) ? context.Constants.Integers(node.Inputs[1]) : node.GetInts("axes")?.ToArray();
        return axes is { Length: > 0 } ? inputs => reduce(inputs[0], axes, keep)
            : node.GetInt("noop_with_empty_axes", 0) != 0 ? LayoutOperators.Unchanged
            : inputs => reduce(inputs[0], [.. Enumerable.Range(0, inputs[0].shape.Length).Select(axis => (long)axis)], keep);
    }
}
