using static TorchSharp.torch;

namespace Cluster.Kernels.Winograd;

/// <summary>
/// Convolution by Winograd's minimal filtering (A. Lavin, S. Gray, "Fast Algorithms for Convolutional Neural Networks", CVPR 2016): 16
/// multiplications instead of the direct sum's 36, or 36 instead of 144 (<see cref="WinogradTile"/>). Sums of whole numbers are rounded
/// here, while the direct convolution keeps them exact. CPU, float32.
/// </summary>
internal static class WinogradConvolution
{
    /// <summary>The numbers of channels must be multiples of this.</summary>
    private const long ChannelMultiple = RowProduct.Width;

    /// <summary>
    /// Whether a convolution is supported: 3x3, stride 1, dilation 1, one group, padded by 1 on all sides, with numbers of channels that
    /// are multiples of 16.
    /// </summary>
    /// <param name="weightShape">(O, C / groups, kH, kW).</param>
    /// <param name="pads">Top, left, bottom, right.</param>
    public static bool IsSupported(
        ReadOnlySpan<long> weightShape, ReadOnlySpan<long> stride, ReadOnlySpan<long> pads, ReadOnlySpan<long> dilation, long groups) =>
        groups == 1
        && weightShape is [> 0 and var outputs, > 0 and var inputs, 3, 3]
        && outputs % ChannelMultiple == 0
        && inputs % ChannelMultiple == 0
        && stride is [1, 1]
        && pads is [1, 1, 1, 1]
        && dilation is [1, 1];

    /// <summary>
    /// The tile that takes fewer multiplications for an image, counting the unused outputs of the last tiles of a row or a column. If both
    /// take as many, as for images of 5 or 6 pixels, the smaller one is faster.
    /// </summary>
    /// <param name="height">Height of the output in pixels, as <paramref name="width"/>.</param>
    public static WinogradTile FastestTile(long height, long width) =>
        Multiplications(WinogradTile.Four, height, width) < Multiplications(WinogradTile.Two, height, width)
            ? WinogradTile.Four
            : WinogradTile.Two;

    /// <summary>Transforms weights once for many convolutions.</summary>
    /// <param name="weight">(O, C, 3, 3), O and C multiples of 16; copied.</param>
    /// <param name="bias">(O), or null; copied.</param>
    public static WinogradWeights Prepare(Tensor weight, Tensor? bias, WinogradTile tile = WinogradTile.Two)
    {
        long[] shape = weight.shape;
        if (!IsSupported(shape, [1, 1], [1, 1, 1, 1], [1, 1], 1))
        {
            throw new KernelException(
                $"Weights of shape [{string.Join(',', shape)}] were given to the Winograd convolution; it takes (O, C, 3, 3) with "
                + $"O and C multiples of {ChannelMultiple}.");
        }

        if (bias is not null && (bias.shape is not [var length] || length != shape[0]))
        {
            throw new KernelException(
                $"A bias of shape [{string.Join(',', bias.shape)}] was given for {shape[0]} output channels; one number "
                + "for each is expected.");
        }

        return new WinogradWeights(
            TensorFactory.ToFloats(weight), tile, (int)shape[0], (int)shape[1], bias is null ? [] : TensorFactory.ToFloats(bias));
    }

    /// <summary>
    /// x * weights + bias with stride 1 and padding 1. The result for an image depends neither on the rest of the batch nor on the number
    /// of threads.
    /// </summary>
    /// <param name="x">(N, C, H, W) on the CPU, fastest as channels_last.</param>
    /// <returns>(N, O, H, W), channels_last, without gradient.</returns>
    /// <exception cref="KernelException">The image has another number of channels.</exception>
    public static Tensor Convolve(Tensor x, WinogradWeights weights)
    {
        if (x.shape is not [_, var channels, _, _] || channels != weights.Inputs)
        {
            throw new KernelException(
                $"An image of shape [{string.Join(',', x.shape)}] was given; (N, {weights.Inputs}, H, W) was expected.");
        }

        return weights.Tile == WinogradTile.Four ? Convolve<FilterOfFour>(x, weights) : Convolve<FilterOfTwo>(x, weights);
    }

    /// <summary>Elements of the patch that a tile is computed from.</summary>
    internal static long Points(WinogradTile tile) => (Edge(tile) + 2) * (Edge(tile) + 2);

    private static unsafe Tensor Convolve<TFilter>(Tensor x, WinogradWeights weights)
        where TFilter : struct, IMinimalFilter
    {
        long[] shape = x.shape;
        using var pixels = TensorOps.ToChannelsLast(x);
        using var source = new DenseMemory(pixels);
        var result = DenseTensor.Empty([shape[0], weights.Outputs, shape[2], shape[3]], channelsLast: true);
        using var target = new DenseMemory(result);
        var tiles = new WinogradTiles(TFilter.Edge, (int)shape[2], (int)shape[3]);
        fixed (float* bias = weights.Bias)
        {
            var block = new WinogradBlock<TFilter>
            {
                Inputs = new WinogradInputs<TFilter> { X = source.First, Channels = (int)shape[1], Tiles = tiles },
                Y = target.First,
                Weights = weights.Transformed,
                Bias = bias,
                Outputs = weights.Outputs,
            };
            DenseLoops.ForEachPiece((int)shape[0] * tiles.Count, block.TilesOfBlock, block.Run);
        }

        GC.KeepAlive(weights);
        return result;
    }

    // Outputs of a tile per row and per column.
    private static long Edge(WinogradTile tile) => tile == WinogradTile.Four ? 4 : 2;

    // Multiplications of one input channel with one output channel.
    private static long Multiplications(WinogradTile tile, long height, long width)
    {
        long edge = Edge(tile);
        return (height + edge - 1) / edge * ((width + edge - 1) / edge) * Points(tile);
    }
}

/// <summary>
/// How many outputs <see cref="WinogradConvolution"/> computes at once. Errors are those of sums over 64 channels,
/// relative to the largest output.
/// </summary>
public enum WinogradTile
{
    /// <summary>F(2x2, 3x3): 16 multiplications for 4 outputs, with the error of float32 (about 5e-7).</summary>
    Two,

    /// <summary>
    /// F(4x4, 3x3): 36 multiplications for 16 outputs. Its transforms multiply by up to 8, for ten times the error (about 5e-6).
    /// </summary>
    Four,
}
