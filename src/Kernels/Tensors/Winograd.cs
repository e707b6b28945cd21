using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Kernels.Tensors;

/// <summary>
/// Convolution by Winograd's minimal filtering (A. Lavin, S. Gray, "Fast Algorithms for Convolutional Neural Networks", CVPR 2016):
/// 16 multiplications where the direct sum has 36, or 36 where it has 144 (<see cref="WinogradTile"/>). Sums of whole numbers, which the
/// direct convolution keeps exact, are rounded. CPU, float32.
/// </summary>
internal static class Winograd
{
    /// <summary>The numbers of channels must be multiples of this.</summary>
    private const long ChannelMultiple = 16;

    /// <summary>
    /// Whether a convolution is 3x3, stride 1, dilation 1, one group, padded by 1 on all sides, with numbers of
    /// channels that are multiples of 16.
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
    /// The tile that takes fewer multiplications for an image; what does not fill the last tiles of a row or a column is computed for
    /// nothing. Where both take as many, as for images of 5 or 6 pixels, the smaller one is faster.
    /// </summary>
    /// <param name="height">Of the output, in pixels, as <paramref name="width"/>.</param>
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
            TensorFactory.ToFloats(weight), tile, shape[0], shape[1], bias is null ? [] : TensorFactory.ToFloats(bias));
    }

    /// <summary>
    /// x * weights + bias with stride 1 and padding 1. The numbers of an image depend neither on the rest of the batch
    /// nor on the number of threads.
    /// </summary>
    /// <param name="x">(N, C, H, W) on the CPU, fastest as channels_last.</param>
    /// <returns>(N, O, H, W), channels_last.</returns>
    public static Tensor Convolve(Tensor x, WinogradWeights weights) => weights.Convolve(x);

    /// <summary>
    /// The same by tiles of 2x2 with weights that are learned: they are transformed in float32 at every call, and all three get
    /// gradients (by the same filtering, on the calling thread for the weights).
    /// </summary>
    /// <param name="weight">(O, C, 3, 3), row-major, O and C multiples of 16.</param>
    /// <param name="bias">(O), or null.</param>
    public static unsafe Tensor Convolve(Tensor x, Tensor weight, Tensor? bias)
    {
        nint result;
        NativeKernels.Check(NativeMethods.ck_winograd_conv(x.Handle, weight.Handle, bias?.Handle ?? 0, &result));
        GC.KeepAlive(x);
        GC.KeepAlive(weight);
        GC.KeepAlive(bias);
        return Tensor.UnsafeCreateTensor(result);
    }

    // Of an input channel with an output channel.
    private static long Multiplications(WinogradTile tile, long height, long width)
    {
        long edge = WinogradWeights.Edge(tile);
        return (height + edge - 1) / edge * ((width + edge - 1) / edge) * WinogradWeights.Points(tile);
    }
}
