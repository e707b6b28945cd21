using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Operators;

/// <summary>Pooling in one, two and three dimensions.</summary>
internal static class PoolingOperators
{
    public static Dictionary<string, OperatorBuilder> All { get; } = new(StringComparer.Ordinal)
    {
        ["MaxPool"] = Pool,
        ["AveragePool"] = Pool,
        ["GlobalAveragePool"] = static (_, _) => static inputs => inputs[0].mean(TensorOps.SpatialAxes(inputs[0]), keepdim: true),
        ["GlobalMaxPool"] = static (_, _) => static inputs => inputs[0].amax(TensorOps.SpatialAxes(inputs[0]), keepdim: true),
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
            2 or 3 => InSpace(node, window),
            _ => throw new KernelException(
                $"{node.OpType} '{node.Name}' pools over {rank} axes; supported are windows of one, two and three dimensions."),
        };
    }

    // A row of an image.
    private static NodeKernel Flat(GraphNode node, WindowGeometry window)
    {
        var pool = InSpace(node, new WindowGeometry(
            [1, .. window.Kernel], [1, .. window.Strides], [1, .. window.Dilations], [0, window.Pads[0], 0, window.Pads[1]]));
        return inputs =>
        {
            using var image = inputs[0].unsqueeze(2);
            using var pooled = pool(inputs.WithActivations([image]));
            return pooled.squeeze(2);
        };
    }

    private static NodeKernel InSpace(GraphNode node, WindowGeometry window)
    {
        long[] begins = window.Pads[..window.Kernel.Length];
        bool ceil = node.GetInt("ceil_mode", 0) != 0;
        bool isMax = node.OpType == "MaxPool";
        bool countPads = node.GetInt("count_include_pad", 0) != 0;
        bool symmetric = begins.AsSpan().SequenceEqual(window.Pads.AsSpan(begins.Length));

        // libtorch refuses pads above half the kernel and supports no asymmetric ones.
        if (symmetric && begins.Zip(window.Kernel).All(pair => pair.First * 2 <= pair.Second))
        {
            return isMax
                ? inputs => Max(inputs[0], window, begins, ceil)
                : inputs => Average(inputs[0], window, begins, ceil, countPads);
        }

        return isMax
            ? inputs => PadThenMax(inputs[0], window, Extra(node, window, inputs[0], ceil))
            : inputs => PadThenAverage(inputs[0], window, Extra(node, window, inputs[0], ceil), countPads);
    }

    private static Tensor Max(Tensor x, WindowGeometry window, long[] padding, bool ceil) => window.Kernel.Length == 2
        ? nn.functional.max_pool2d(x, window.Kernel, window.Strides, padding, window.Dilations, ceil)
        : nn.functional.max_pool3d(x, window.Kernel, window.Strides, padding, window.Dilations, ceil);

    private static Tensor Average(Tensor x, WindowGeometry window, long[] padding, bool ceil, bool countPads) => window.Kernel.Length == 2
        ? nn.functional.avg_pool2d(x, window.Kernel, window.Strides, padding, ceil, countPads)
        : nn.functional.avg_pool3d(x, window.Kernel, window.Strides, padding, ceil, countPads);

    /// <summary>
    /// For each axis, how far the last windows reach beyond the padded image (ceil_mode); negative if they end before it.
    /// </summary>
    private static long[] Extra(GraphNode node, WindowGeometry window, Tensor x, bool ceil)
    {
        long[] shape = x.shape;
        return [.. Enumerable.Range(0, window.Kernel.Length).Select(axis =>
        {
            long size = shape[2 + axis];
            long reached = ((window.Positions(node, axis, size, ceil) - 1) * window.Strides[axis]) + window.Reach(axis);
            return reached - (size + window.Pads[axis] + window.Pads[window.Kernel.Length + axis]);
        })];
    }

    private static Tensor PadThenMax(Tensor x, WindowGeometry window, long[] extra)
    {
        using var padded = TensorOps.Pad(x, Begins(window), Ends(window, extra), double.NegativeInfinity);
        return Max(padded, window, new long[extra.Length], ceil: false);
    }

    // The window's sum divided by the number of elements that count: existing ones, or existing ones and pads, but never those beyond.
    private static Tensor PadThenAverage(Tensor x, WindowGeometry window, long[] extra, bool countPads)
    {
        long[] none = new long[extra.Length];
        using var padded = TensorOps.Pad(x, Begins(window), Ends(window, extra), 0);
        using var ones = ones_like(x);
        using var inside = TensorOps.Pad(ones, Begins(window), Ends(window, none), countPads ? 1 : 0);
        using var counted = TensorOps.Pad(inside, [0, 0, .. none], [0, 0, .. extra], 0);
        using var mean = Average(padded, window, none, ceil: false, countPads: true);
        using var share = Average(counted, window, none, ceil: false, countPads: true);
        return mean.div(share);
    }

    private static long[] Begins(WindowGeometry window) => [0, 0, .. window.Pads[..window.Kernel.Length]];

    private static long[] Ends(WindowGeometry window, long[] extra) =>
        [0, 0, .. window.Pads[window.Kernel.Length..].Zip(extra, (pad, more) => pad + more)];
}
