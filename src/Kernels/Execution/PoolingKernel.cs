using Cluster.Kernels.Graphs;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution;

/// <summary>MaxPool and AveragePool in two dimensions.</summary>
internal static class PoolingKernel
{
    public static NodeKernel Build(GraphNode node)
    {
        long[] kernel = [.. node.GetInts("kernel_shape") ?? throw new KernelException($"{node.OpType} '{node.Name}' has no kernel_shape; the file is not valid ONNX.")];
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

        var border = new Border([0, 0, pads[0], pads[1]], [0, 0, pads[2], pads[3]]);
        return isMax
            ? inputs => PadThenMax(inputs[0], border, kernel, stride, dilation, ceil)
            : countPads && !ceil
                ? inputs => PadThenAverage(inputs[0], border, kernel, stride)
                : inputs => AverageOfInside(inputs[0], border, kernel, stride, ceil);
    }

    private static Tensor PadThenMax(Tensor x, Border border, long[] kernel, long[] stride, long[] dilation, bool ceil)
    {
        using var padded = TensorOps.Pad(x, border.Begins, border.Ends, double.NegativeInfinity);
        return TensorOps.MaxPool2d(padded, kernel, stride, [0, 0], dilation, ceil);
    }

    private static Tensor PadThenAverage(Tensor x, Border border, long[] kernel, long[] stride)
    {
        using var padded = TensorOps.Pad(x, border.Begins, border.Ends, 0);
        return TensorOps.AvgPool2d(padded, kernel, stride, [0, 0], false, true);
    }

    // The mean over the pixels that exist: the window sum of the image divided by the window sum of ones.
    private static Tensor AverageOfInside(Tensor x, Border border, long[] kernel, long[] stride, bool ceil)
    {
        using var ones = Aten.Call("aten::ones_like", x);
        using var paddedOnes = TensorOps.Pad(ones, border.Begins, border.Ends, 0);
        using var padded = TensorOps.Pad(x, border.Begins, border.Ends, 0);
        using var share = TensorOps.AvgPool2d(paddedOnes, kernel, stride, [0, 0], ceil, true);
        using var mean = TensorOps.AvgPool2d(padded, kernel, stride, [0, 0], ceil, true);
        return TensorOps.Div(mean, share);
    }

    private sealed record Border(long[] Begins, long[] Ends);
}
