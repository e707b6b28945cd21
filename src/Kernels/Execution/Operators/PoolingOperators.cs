using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Inference;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Operators;

/// <summary>Pooling in two dimensions, and means over whole dimensions.</summary>
internal static class PoolingOperators
{
    public static Dictionary<string, OperatorBuilder> All { get; } = new(StringComparer.Ordinal)
    {
        ["MaxPool"] = Pool,
        ["AveragePool"] = Pool,
        ["GlobalAveragePool"] = static (_, _) => static inputs => TensorOps.GlobalAveragePool(inputs[0]),
        ["GlobalMaxPool"] = static (_, _) => static inputs => Aten.Call("aten::amax", inputs[0], new long[] { 2, 3 }, true),
        ["ReduceMean"] = ReduceMean,
    };

    private static NodeKernel ReduceMean(GraphNode node, OperatorContext context)
    {
        // An attribute up to opset 17, an input from 18.
        var given = node.HasInput(1) ? context.Constants.Integers(node.Inputs[1]) : node.GetInts("axes");
        long[] axes = given is null
            ? throw new KernelException(
                $"ReduceMean '{node.Name}' has no axes; reducing over everything, the batch included, is not supported.")
            : [.. given];
        bool keep = node.GetInt("keepdims", 1) == 1;
        return inputs => TensorOps.Mean(inputs[0], axes, keep);
    }

    private static NodeKernel Pool(GraphNode node, OperatorContext context)
    {
        long[] kernel = [.. node.GetInts("kernel_shape")
            ?? throw new KernelException($"{node.OpType} '{node.Name}' has no kernel_shape; the file is not valid ONNX.")];
        long[] stride = [.. node.GetInts("strides") ?? [1, 1]];
        long[] dilation = [.. node.GetInts("dilations") ?? [1, 1]];
        long[] pads = [.. node.GetInts("pads") ?? [0, 0, 0, 0]]; // top, left, bottom, right
        bool ceil = node.GetInt("ceil_mode", 0) != 0;
        bool isMax = node.OpType == "MaxPool";
        bool countPads = node.GetInt("count_include_pad", 0) != 0;
        bool symmetric = pads[0] == pads[2] && pads[1] == pads[3];

        // libtorch refuses pads above half the kernel and knows no asymmetric ones.
        if (symmetric && pads[0] * 2 <= kernel[0] && pads[1] * 2 <= kernel[1])
        {
            long[] padding = [pads[0], pads[1]];
            return isMax
                ? inputs => TensorOps.MaxPool2d(inputs[0], kernel, stride, padding, dilation, ceil)
                : inputs => TensorOps.AvgPool2d(inputs[0], kernel, stride, padding, ceil, countPads);
        }

        var window = new WindowGeometry(kernel, stride, dilation, pads);
        return isMax
            ? inputs => PadThenMax(inputs[0], window, Extra(node, window, inputs[0], ceil))
            : inputs => PadThenAverage(inputs[0], window, Extra(node, window, inputs[0], ceil), countPads);
    }

    /// <summary>
    /// Rows and columns that the last windows reach beyond the padded image (ceil_mode), negative where they end before
    /// it.
    /// </summary>
    private static long[] Extra(GraphNode node, WindowGeometry window, Tensor x, bool ceil)
    {
        long[] shape = x.shape;
        return [.. Enumerable.Range(0, 2).Select(axis =>
        {
            long size = shape[2 + axis];
            long reached = ((window.Positions(node, axis, size, ceil) - 1) * window.Strides[axis]) + window.Reach(axis);
            return reached - (size + window.Pads[axis] + window.Pads[2 + axis]);
        })];
    }

    private static Tensor PadThenMax(Tensor x, WindowGeometry window, long[] extra)
    {
        using var padded = TensorOps.Pad(x, Begins(window), Ends(window, extra), double.NegativeInfinity);
        return TensorOps.MaxPool2d(padded, window.Kernel, window.Strides, [0, 0], window.Dilations, false);
    }

    // The window's sum divided by the number of pixels that count: those that exist, or those and the pads, but never
    // what lies beyond.
    private static Tensor PadThenAverage(Tensor x, WindowGeometry window, long[] extra, bool countPads)
    {
        using var padded = TensorOps.Pad(x, Begins(window), Ends(window, extra), 0);
        using var ones = Aten.Call("aten::ones_like", x);
        using var inside = TensorOps.Pad(ones, Begins(window), Ends(window, [0, 0]), countPads ? 1 : 0);
        using var counted = TensorOps.Pad(inside, [0, 0, 0, 0], [0, 0, .. extra], 0);
        using var mean = TensorOps.AvgPool2d(padded, window.Kernel, window.Strides, [0, 0], false, true);
        using var share = TensorOps.AvgPool2d(counted, window.Kernel, window.Strides, [0, 0], false, true);
        return TensorOps.Div(mean, share);
    }

    private static long[] Begins(WindowGeometry window) => [0, 0, window.Pads[0], window.Pads[1]];

    private static long[] Ends(WindowGeometry window, long[] extra) => [0, 0, window.Pads[2] + extra[0], window.Pads[3] + extra[1]];
}
