using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Inference;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Operators;

/// <summary>Pooling in two dimensions; in one and three where the pads are equal on both sides.</summary>
internal static class PoolingOperators
{
    public static Dictionary<string, OperatorBuilder> All { get; } = new(StringComparer.Ordinal)
    {
        ["MaxPool"] = Pool,
        ["AveragePool"] = Pool,
        ["GlobalAveragePool"] = static (_, _) => static inputs => TensorOps.GlobalAveragePool(inputs[0]),
        ["GlobalMaxPool"] = static (_, _) => static inputs => Aten.Call("aten::amax", inputs[0], TensorOps.SpatialAxes(inputs[0]), true),
    };

    private static NodeKernel Pool(GraphNode node, OperatorContext context)
    {
        long[] kernel = [.. node.GetInts("kernel_shape")
            ?? throw new KernelException($"{node.OpType} '{node.Name}' has no kernel_shape; the file is not valid ONNX.")];
        int rank = kernel.Length;
        long[] stride = [.. node.GetInts("strides") ?? [.. Enumerable.Repeat(1L, rank)]];
        long[] dilation = [.. node.GetInts("dilations") ?? [.. Enumerable.Repeat(1L, rank)]];
        var window = new WindowGeometry(kernel, stride, dilation, [.. node.GetInts("pads") ?? new long[2 * rank]]);
        return rank switch
        {
            1 => Flat(node, window),
            2 => InTwoDimensions(node, window),
            3 => InThreeDimensions(node, window),
            _ => throw new KernelException(
                $"{node.OpType} '{node.Name}' pools over {rank} axes; supported are windows of one, two and three dimensions."),
        };
    }

    // A row of an image.
    private static NodeKernel Flat(GraphNode node, WindowGeometry window)
    {
        var pool = InTwoDimensions(node, new WindowGeometry(
            [1, .. window.Kernel], [1, .. window.Strides], [1, .. window.Dilations], [0, window.Pads[0], 0, window.Pads[1]]));
        return inputs =>
        {
            using var image = Aten.Call("aten::unsqueeze", inputs[0], 2);
            using var pooled = pool(inputs.WithActivations([image]));
            return Aten.Call("aten::squeeze.dim", pooled, 2);
        };
    }

    private static NodeKernel InThreeDimensions(GraphNode node, WindowGeometry window)
    {
        long[] padding = window.Pads[..3];
        bool ceil = node.GetInt("ceil_mode", 0) != 0;
        bool countPads = node.GetInt("count_include_pad", 0) != 0;
        if (!padding.AsSpan().SequenceEqual(window.Pads.AsSpan(3)) || padding.Zip(window.Kernel).Any(pair => pair.First * 2 > pair.Second))
        {
            throw new KernelException(
                $"{node.OpType} '{node.Name}' has pads [{string.Join(',', window.Pads)}]; in three dimensions they are to be equal "
                + "on both sides and at most half the kernel.");
        }

        return node.OpType == "MaxPool"
            ? inputs => Aten.Call("aten::max_pool3d", inputs[0], window.Kernel, window.Strides, padding, window.Dilations, ceil)
            : inputs => Aten.Call("aten::avg_pool3d", inputs[0], window.Kernel, window.Strides, padding, ceil, countPads);
    }

    private static NodeKernel InTwoDimensions(GraphNode node, WindowGeometry window)
    {
        var (kernel, stride, dilation, pads) = window; // pads: top, left, bottom, right
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
