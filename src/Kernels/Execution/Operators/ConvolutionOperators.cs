using Cluster.Kernels.Winograd;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Operators;

/// <summary>
/// Convolutions over one to three spatial axes. Images are stored channels-last, which makes oneDNN about 1.5 times as fast.
/// </summary>
internal static class ConvolutionOperators
{
    public static Dictionary<string, OperatorBuilder> All { get; } = new(StringComparer.Ordinal)
    {
        ["Conv"] = Convolution, // weight (O, I/groups, kernel)
        ["ConvTranspose"] = Transposed, // weight (I, O/groups, kernel)
    };

    private static NodeKernel Convolution(GraphNode node, OperatorContext context)
    {
        long[] weightShape = WeightShape(node, context);
        int rank = weightShape.Length - 2;
        long[] stride = Attribute(node, "strides", rank, 1);
        long[] dilation = Attribute(node, "dilations", rank, 1);
        long[] pads = Attribute(node, "pads", 2 * rank, 0); // all begins (top, left), then all ends
        long groups = node.GetInt("group", 1);
        bool mayRound = context.Constants.Device.IsHost && context.Sums != SumKind.Whole;
        if (rank == 2
            && mayRound
            && !context.HasGradients
            && RowProduct.Pays
            && WinogradConvolution.IsSupported(weightShape, stride, pads, dilation, groups))
        {
            return new PreparedWinograd(isRough: context.Sums == SumKind.Rough).Run;
        }

        if (weightShape is [_, _, 1, 1] && groups == 1 && stride is [1, 1] && Array.TrueForAll(pads, pad => pad == 0))
        {
            return Pointwise;
        }

        if (pads.AsSpan(..rank).SequenceEqual(pads.AsSpan(rank)))
        {
            long[] padding = pads[..rank];
            return inputs => TensorOps.Convolve(inputs[0], inputs.Weight, inputs.Bias, stride, padding, dilation, groups);
        }

        long[] begins = [0, 0, .. pads[..rank]];
        long[] ends = [0, 0, .. pads[rank..]];
        return inputs =>
        {
            using var padded = TensorOps.Pad(inputs[0], begins, ends, 0);
            return TensorOps.Convolve(padded, inputs.Weight, inputs.Bias, stride, new long[rank], dilation, groups);
        };
    }

    // For images with innermost channels: a product of matrices, which is twice as fast as libtorch's 1x1 convolution.
    private static Tensor Pointwise(NodeInputs inputs)
    {
        using var pixels = inputs[0].permute(0, 2, 3, 1); // (N, H, W, C)
        using var weight = inputs.Weight.flatten(1); // (O, C)
        using var product = nn.functional.linear(pixels, weight, inputs.Bias);
        return product.permute(0, 3, 1, 2);
    }

    // Padding beyond the smaller side of each axis is cropped from the result.
    private static NodeKernel Transposed(GraphNode node, OperatorContext context)
    {
        int rank = WeightShape(node, context).Length - 2;
        long[] stride = Attribute(node, "strides", rank, 1);
        long[] dilation = Attribute(node, "dilations", rank, 1);
        long[] pads = Attribute(node, "pads", 2 * rank, 0);
        long[] outputPadding = Attribute(node, "output_padding", rank, 0);
        long groups = node.GetInt("group", 1);
        long[] padding = [.. Enumerable.Range(0, rank).Select(axis => Math.Min(pads[axis], pads[rank + axis]))];
        if (pads.AsSpan(..rank).SequenceEqual(pads.AsSpan(rank)))
        {
            return inputs => TensorOps.ConvolveTransposed(
                inputs[0], inputs.Weight, inputs.Bias, stride, padding, outputPadding, dilation, groups);
        }

        long[] begins = [0, 0, .. Enumerable.Range(0, rank).Select(axis => padding[axis] - pads[axis])];
        long[] ends = [0, 0, .. Enumerable.Range(0, rank).Select(axis => padding[axis] - pads[rank + axis])];
        return inputs =>
        {
            using var full = TensorOps.ConvolveTransposed(
                inputs[0], inputs.Weight, inputs.Bias, stride, padding, outputPadding, dilation, groups);
            return TensorOps.Pad(full, begins, ends, 0);
        };
    }

    private static long[] Attribute(GraphNode node, string name, int count, long fallback) =>
        [.. node.GetInts(name) ?? [.. Enumerable.Repeat(fallback, count)]];

    private static long[] WeightShape(GraphNode node, OperatorContext context)
    {
        long[] shape = context.Constants.Shape(node.Inputs[1]);
        return shape.Length is >= 3 and <= 5
            ? shape
            : throw new KernelException(
                $"{node.OpType} '{node.Name}' has weights of shape [{string.Join(',', shape)}]; "
                + "convolutions with one to three spatial axes are supported.");
    }
}

/// <summary>
/// Winograd's filtering with constant weights. Many networks are only inspected, so weights are transformed by the first run that needs
/// them.
/// </summary>
/// <param name="isRough">Whether tiles of 4x4 are allowed; only the size of the image decides which are used, not earlier runs.</param>
internal sealed class PreparedWinograd(bool isRough)
{
    private readonly Lock _gate = new();
    private WinogradWeights? _two;
    private WinogradWeights? _four;

    public Tensor Run(NodeInputs inputs)
    {
        Tensor x = inputs[0];
        var tile = isRough ? WinogradConvolution.FastestTile(x.shape[2], x.shape[3]) : WinogradTile.Two;
        return WinogradConvolution.Convolve(x, Prepared(tile, inputs));
    }

    private WinogradWeights Prepared(WinogradTile tile, NodeInputs inputs)
    {
        lock (_gate)
        {
            ref var weights = ref tile == WinogradTile.Four ? ref _four : ref _two;
            return weights ??= WinogradConvolution.Prepare(inputs.Weight, inputs.Bias, tile);
        }
    }
}
