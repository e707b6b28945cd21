using Cluster.Kernels.Graphs;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Operators;

/// <summary>Means, sums and extremes over whole axes.</summary>
internal static class ReductionOperators
{
    public static Dictionary<string, OperatorBuilder> All { get; } = new(StringComparer.Ordinal)
    {
        ["ReduceMean"] = (node, context) => Over(node, context, "aten::mean.dim"),
        ["ReduceSum"] = (node, context) => Over(node, context, "aten::sum.dim_IntList"),
        ["ReduceMax"] = (node, context) => Over(node, context, "aten::amax"),
        ["ReduceMin"] = (node, context) => Over(node, context, "aten::amin"),
        ["ReduceL1"] = (node, context) => Norm(node, context, 1),
        ["ReduceL2"] = (node, context) => Norm(node, context, 2),
    };

    private static NodeKernel Over(GraphNode node, OperatorContext context, string op)
    {
        bool keep = node.GetInt("keepdims", 1) == 1;
        return Axes(node, context) is { } axes
            ? inputs => Aten.Call(op, inputs[0], axes, keep)
            : LayoutOperators.Unchanged;
    }

    private static NodeKernel Norm(GraphNode node, OperatorContext context, double order)
    {
        bool keep = node.GetInt("keepdims", 1) == 1;
        return Axes(node, context) is { } axes
            ? inputs => Aten.Call("aten::norm.ScalarOpt_dim", inputs[0], order, axes, keep)
            : LayoutOperators.Unchanged;
    }

    /// <summary>
    /// An attribute, or from opset 18 (a sum: 13) on an input; null for a node that says that it reduces nothing.
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
