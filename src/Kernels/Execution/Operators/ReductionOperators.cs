using Cluster.Kernels.Graphs;
using Cluster.Kernels.Tensors;
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
        ["ReduceL2"] = (node, context) => Over(node, context, static (x, axes, keep) => linalg.norm(x, axes, keep)),
    };

    private static Tensor SumOfSizes(Tensor x, long[] axes, bool keep)
    {
        using var sizes = x.abs();
        return sizes.sum(axes, keep);
    }

    private static NodeKernel Over(GraphNode node, OperatorContext context, Func<Tensor, long[], bool, Tensor> reduce)
    {
        bool keep = node.GetInt("keepdims", 1) == 1;
        return Axes(node, context) is { } axes
            ? inputs => reduce(inputs[0], axes, keep)
            : LayoutOperators.Unchanged;
    }

    /// <summary>
    /// The axes, from an attribute or, from opset 18 (a sum: 13), an input; null if the node states that it reduces nothing.
    /// </summary>
    private static long[]? Axes(GraphNode node, OperatorContext context)
    {
        var given = node.HasInput(1) ? context.Constants.Integers(node.Inputs[1]) : node.GetInts("axes");
        if (given is { Count: > 0 })
        {
            return [.. given];
        }

        return node.GetInt("noop_with_empty_axes", 0) != 0
            ? null
            : throw new KernelException(
                $"{node.OpType} '{node.Name}' has no axes; reducing over everything, the batch included, is not supported.");
    }
}
