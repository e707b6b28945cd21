using Cluster.Kernels.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Kernels.Tensors;

/// <summary>
/// Fused kernels over float32 tensors. They keep the memory format (contiguous, channels_last) and take tensors on any
/// device; their results carry no gradient. Quantization is bit for bit that of ONNX QuantizeLinear and
/// DequantizeLinear: divide by the float32 scale, round half to even, add the zero point, saturate; a NaN gets the
/// lowest code, as in ONNX Runtime.
/// </summary>
public static unsafe class NativeKernels
{
    /// <summary>DQ(Q(x)) in float32.</summary>
    public static Tensor FakeQuantize(Tensor x, QuantizationParameters p)
    {
        nint result;
        Check(NativeMethods.ck_fake_quantize(x.Handle, p.Scale, p.ZeroPoint, p.Minimum, p.Maximum, &result));
        GC.KeepAlive(x);
        return Tensor.UnsafeCreateTensor(result);
    }

    /// <summary>
    /// DQ(Q(x)) of a tensor that is given as x / scale, which an integer kernel computes without dividing.
    /// </summary>
    public static Tensor FakeQuantizeSteps(Tensor steps, QuantizationParameters p)
    {
        var result = FakeQuantize(steps, p with { Scale = 1 });
        result.mul_(p.Scale);
        return result;
    }

    /// <summary>
    /// round(x / scale) as whole float32 numbers: what an integer kernel multiplies once the zero point is taken off.
    /// </summary>
    public static Tensor Steps(Tensor x, float scale)
    {
        nint result;
        Check(NativeMethods.ck_steps(x.Handle, scale, &result));
        GC.KeepAlive(x);
        return Tensor.UnsafeCreateTensor(result);
    }

    /// <summary>Multiplies each index along <paramref name="axis"/> by its factor, in place.</summary>
    public static void ScaleChannels(Tensor x, ReadOnlySpan<float> factors, int axis)
    {
        fixed (float* factor = factors)
        {
            Check(NativeMethods.ck_scale_channels_(x.Handle, factor, factors.Length, axis));
        }

        GC.KeepAlive(x);
    }

    /// <summary>Q(x): uint8 if the lowest code is not negative, else int8.</summary>
    public static Tensor Quantize(Tensor x, QuantizationParameters p)
    {
        nint result;
        Check(NativeMethods.ck_quantize(x.Handle, p.Scale, p.ZeroPoint, p.Minimum, p.Maximum, &result));
        GC.KeepAlive(x);
        return Tensor.UnsafeCreateTensor(result);
    }

    /// <summary>
    /// The smallest and the largest element. An empty tensor or a NaN is refused; infinities are returned as they are.
    /// </summary>
    public static (float Min, float Max) MinMax(Tensor x)
    {
        float minimum;
        float maximum;
        long nans;
        Check(NativeMethods.ck_minmax(x.Handle, &minimum, &maximum, &nans));
        RefuseNaN(nans);
        GC.KeepAlive(x);
        return minimum <= maximum
            ? (minimum, maximum)
            : throw new KernelException("The range of an empty tensor was asked for; give a tensor with elements.");
    }

    /// <summary>
    /// Adds each element to the bin of equal width over [low, high] it falls into; element v of bin floor((v - low) /
    /// width), the last bin closed. Elements beyond go to the first or last bin and are counted in the result as well.
    /// NaN is refused.
    /// </summary>
    /// <param name="counts">One counter a bin, added to.</param>
    /// <param name="absolute">Bins |x| instead of x.</param>
    public static (long Below, long Above) AccumulateHistogram(Tensor x, float low, float high, long[] counts, bool absolute = false)
    {
        long* outside = stackalloc long[3];
        new Span<long>(outside, 3).Clear();
        fixed (long* first = counts)
        {
            Check(NativeMethods.ck_histogram(x.Handle, absolute ? 1 : 0, low, high, counts.Length, first, outside));
        }

        GC.KeepAlive(x);
        RefuseNaN(outside[2]);
        return (outside[0], outside[1]);
    }

    /// <summary>
    /// The sum over all other dimensions for each index along <paramref name="axis"/>, in double; the same for any
    /// number of threads.
    /// </summary>
    public static double[] ChannelSums(Tensor x, int axis)
    {
        long[] shape = x.shape;
        int dimension = axis < 0 ? axis + shape.Length : axis;
        if (dimension < 0 || dimension >= shape.Length)
        {
            throw new KernelException($"Axis {axis} does not exist in a tensor of shape [{string.Join(',', shape)}].");
        }

        double[] sums = new double[shape[dimension]];
        fixed (double* first = sums)
        {
            Check(NativeMethods.ck_channel_sums(x.Handle, dimension, first, sums.Length));
        }

        GC.KeepAlive(x);
        return sums;
    }

    /// <summary>sum(a²) and sum((a - b)²) in double: 10 log10 of their ratio is the SQNR of b in dB.</summary>
    public static (double Signal, double Noise) SquaredError(Tensor a, Tensor b)
    {
        double signal;
        double noise;
        Check(NativeMethods.ck_squared_error(a.Handle, b.Handle, &signal, &noise));
        GC.KeepAlive(a);
        GC.KeepAlive(b);
        return (signal, noise);
    }

    internal static void Check(int status)
    {
        if (status != 0)
        {
            throw new KernelException($"A tensor kernel failed: {NativeMethods.LastError()}");
        }
    }

    private static void RefuseNaN(long nans)
    {
        if (nans > 0)
        {
            throw new KernelException(
                $"{nans} elements of the tensor are NaN; its statistics would be meaningless, so check the model and its input.");
        }
    }
}
