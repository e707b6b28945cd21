using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Convolutions;

/// <summary>
/// A 1x1 convolution as the product of the pixels (N * H * W, C) with constant weights (C, O), on the CPU, float32. The result for a pixel
/// depends on no other pixel, nor on the number of threads.
/// </summary>
internal sealed unsafe class PointwiseProduct
{
    private const int FloatsOfBlock = 1 << 14; // inputs per block, so that they stay in the cache for all outputs

    private readonly float[] _weights; // (C, O)
    private readonly float[]? _bias; // (O)
    private readonly int _channels;
    private readonly int _outputs;

    /// <param name="weight">(O, C, 1, 1), accepted by <see cref="IsSupported"/>; copied.</param>
    /// <param name="bias">(O), or null; copied.</param>
    public PointwiseProduct(Tensor weight, Tensor? bias)
    {
        (_outputs, _channels) = ((int)weight.shape[0], (int)weight.shape[1]);
        using var flat = weight.flatten(1);
        using var turned = flat.t();
        _weights = TensorFactory.ToFloats(turned);
        _bias = bias is null ? null : TensorFactory.ToFloats(bias);
    }

    /// <summary>Whether it is faster than libtorch's here; the number of outputs must be a multiple of 16.</summary>
    public static bool IsSupported(long outputs) => RowProduct.Pays && outputs > 0 && outputs % RowProduct.Width == 0;

    /// <param name="x">(N, C, H, W), fastest as channels_last.</param>
    /// <returns>(N, O, H, W), channels_last, without gradient.</returns>
    public Tensor Run(Tensor x)
    {
        long[] shape = x.shape;
        int rows = checked((int)(shape[0] * shape[2] * shape[3]));
        using var pixels = TensorOps.ToChannelsLast(x);
        using var source = new DenseMemory(pixels);
        var result = DenseTensor.Empty([shape[0], _outputs, shape[2], shape[3]], channelsLast: true);
        using var target = new DenseMemory(result);
        Multiply(source.First, target.First, rows);
        return result;
    }

    private void Multiply(float* source, float* target, int rows)
    {
        int whole = rows / RowProduct.Rows * RowProduct.Rows;
        int ofBlock = Math.Max(RowProduct.Rows, FloatsOfBlock / _channels / RowProduct.Rows * RowProduct.Rows);
        DenseLoops.ForEachPiece(whole, ofBlock, (first, count) =>
            MultiplyRows(source + ((long)first * _channels), target + ((long)first * _outputs), count));
        if (whole == rows)
        {
            return;
        }

        // The last rows, padded to eight with undefined values.
        int left = rows - whole;
        Span<float> inputs = new float[RowProduct.Rows * _channels];
        Span<float> sums = new float[RowProduct.Rows * _outputs];
        new Span<float>(source + ((long)whole * _channels), left * _channels).CopyTo(inputs);
        fixed (float* first = inputs, last = sums)
        {
            MultiplyRows(first, last, RowProduct.Rows);
        }

        sums[..(left * _outputs)].CopyTo(new Span<float>(target + ((long)whole * _outputs), left * _outputs));
    }

    private void MultiplyRows(float* source, float* target, int rows)
    {
        fixed (float* weights = _weights, bias = _bias)
        {
            RowProduct.Dense(_channels, _outputs).Multiply(source, weights, bias, target, rows);
        }
    }
}
