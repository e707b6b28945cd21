using static TorchSharp.torch;

namespace Cluster.Kernels.Tensors;

/// <summary>
/// Operations that networks need and TorchSharp does not offer in one call; shapes are NCHW. Each returns a new tensor that the caller, or
/// the dispose scope, owns.
/// </summary>
public static class TensorOps
{
    // Before the first convolution.
    static TensorOps() => _ = OneDnn.IsUsed;

    /// <summary>Cross-correlation over one to three spatial axes, as ONNX Conv.</summary>
    /// <param name="x">(N, C, spatial...).</param>
    /// <param name="weight">(O, C / groups, kernel...).</param>
    /// <param name="bias">(O), or null.</param>
    /// <param name="stride">One per spatial axis, likewise padding (on both sides) and dilation.</param>
    public static Tensor Convolve(
        Tensor x, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] dilation, long groups) => stride.Length switch
        {
            1 => nn.functional.conv1d(x, weight, bias, stride[0], padding[0], dilation[0], groups),
            2 => nn.functional.conv2d(x, weight, bias, stride, padding, dilation, groups),
            _ => nn.functional.conv3d(x, weight, bias, stride, padding, dilation, groups),
        };

    /// <summary>The transpose of <see cref="Convolve"/>, as ONNX ConvTranspose.</summary>
    /// <param name="weight">(C, O / groups, kernel...).</param>
    /// <inheritdoc cref="Convolve"/>
    public static Tensor ConvolveTransposed(
        Tensor x, Tensor weight, Tensor? bias, long[] stride, long[] padding, long[] outputPadding, long[] dilation, long groups) =>
        stride.Length switch
        {
            1 => nn.functional.conv_transpose1d(x, weight, bias, stride[0], padding[0], outputPadding[0], dilation[0], groups),
            2 => nn.functional.conv_transpose2d(x, weight, bias, stride, padding, outputPadding, dilation, groups),
            _ => nn.functional.conv_transpose3d(x, weight, bias, stride, padding, outputPadding, dilation, groups),
        };

    /// <summary>The elements at some positions of an axis.</summary>
    public static Tensor Select(Tensor x, long axis, long[] positions)
    {
        using var made = TensorFactory.FromInt64(positions, [positions.Length]);
        using var index = made.to(x.device);
        return x.index_select(axis, index);
    }

    /// <summary>
    /// max(0, min(1, alpha * x + beta)); ONNX has alpha 0.2 and beta 0.5 by default, torch 1/6 and 0.5.
    /// </summary>
    public static Tensor HardSigmoid(Tensor x, double alpha, double beta)
    {
        using var scaled = x.mul(alpha.AsScalar());
        using var shifted = scaled.add(beta.AsScalar(), ScalarNumbers.One);
        return shifted.clamp(0.AsScalar(), 1.AsScalar());
    }

    /// <summary>Axes after batch and channels.</summary>
    public static long[] SpatialAxes(Tensor x) => [.. Enumerable.Range(2, (int)x.dim() - 2).Select(axis => (long)axis)];

    /// <summary>Pads with a constant.</summary>
    /// <param name="begins">Elements added before, per dimension as in ONNX Pad; negative removes.</param>
    /// <param name="ends">Elements added after, per dimension.</param>
    public static Tensor Pad(Tensor x, long[] begins, long[] ends, double value)
    {
        // libtorch counts pairs from the last dimension.
        long[] pairs = [.. Enumerable.Range(0, begins.Length).Reverse().SelectMany(i => new[] { begins[i], ends[i] })];
        return nn.functional.pad(x, pairs, value: value);
    }

    /// <summary>
    /// Images in the order that a training's convolutions read fastest: with their channels innermost, but for one channel without AVX-512,
    /// where the gradient of weights in oneDNN 3.7.1 (libtorch 2.10) writes beyond its memory and ends the process.
    /// </summary>
    public static Tensor ForTraining(Tensor x) => x.shape[1] == 1 && !Avx512F.IsSupported ? x.alias() : ToChannelsLast(x);

    /// <summary>
    /// The same image with its channels innermost in memory; x itself (a new handle) if they already are. The strides say so even for one
    /// channel or one pixel, where both orders are the same memory: operators choose by them.
    /// </summary>
    public static Tensor ToChannelsLast(Tensor x)
    {
        if (DenseTensor.IsChannelsLast(x))
        {
            return x.alias();
        }

        using var turned = x.permute(0, 2, 3, 1);
        using var dense = turned.contiguous();
        var (channels, height, width) = (x.shape[1], x.shape[2], x.shape[3]);
        return dense.as_strided(x.shape, [height * width * channels, 1, width * channels, channels]);
    }
}
