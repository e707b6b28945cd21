using Cluster.Kernels.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Kernels.Tensors;

/// <summary>
/// Fused kernels of reconstruction and training, float32. The first two, and <see cref="LearnedScalePerChannel"/>,
/// record gradients. The tensors of a call are on the CPU or on one CUDA device, with the same results to the bit.
/// </summary>
internal static unsafe class ReconstructionKernels
{
    /// <summary>
    /// DQ(Q(x)) with a learned scale (LSQ, Esser et al., ICLR 2020): x has the gradient of the clipped straight-through
    /// estimator, the scale sum(gradient * (round(x / s) - x / s)), at the ends the code without its zero point, times
    /// <see cref="LsqCall.GradientScale"/>.
    /// </summary>
    /// <param name="scale">One element, positive.</param>
    /// <param name="p">Zero point and codes; its scale is not looked at.</param>
    public static Tensor LearnedScale(Tensor x, Tensor scale, in QuantizationParameters p, in LsqCall call)
    {
        nint result;
        NativeKernels.Check(NativeMethods.ck_learned_scale(
            x.Handle, scale.Handle, p.ZeroPoint, p.Minimum, p.Maximum, call.GradientScale, call.HasRelu ? 1 : 0,
            call.Probability, call.Seed, call.Position, &result));
        GC.KeepAlive(x);
        GC.KeepAlive(scale);
        return Tensor.UnsafeCreateTensor(result);
    }

    /// <summary>factor * sum(weights * |x - target|^p), a scalar; p is 2 where there are weights.</summary>
    public static Tensor PowerLoss(Tensor x, Tensor target, Tensor? weights, double p, double factor)
    {
        nint result;
        NativeKernels.Check(NativeMethods.ck_power_loss(x.Handle, target.Handle, weights?.Handle ?? 0, p, factor, &result));
        GC.KeepAlive(x);
        GC.KeepAlive(target);
        GC.KeepAlive(weights);
        return Tensor.UnsafeCreateTensor(result);
    }

    /// <summary>
    /// Fills <paramref name="target"/>, in its memory order, with rows of two tables: each element from
    /// <paramref name="quantized"/> with the given probability, else from <paramref name="exact"/>.
    /// </summary>
    /// <param name="quantized">(rows, elements).</param>
    /// <param name="exact">(rows, elements), or null for whole rows of the first table.</param>
    public static void GatherRows(
        float* quantized, float* exact, ReadOnlySpan<long> rows, long elements, double probability, ulong seed, Tensor target)
    {
        fixed (long* first = rows)
        {
            NativeKernels.Check(
                NativeMethods.ck_gather_rows(quantized, exact, first, rows.Length, elements, probability, seed, target.Handle));
        }

        GC.KeepAlive(target);
    }

    /// <summary>On a device: <see cref="GatherRows"/> from tensors, with the rows' numbers there too.</summary>
    /// <param name="quantized">(rows, ...), row after row in memory.</param>
    /// <param name="exact">The same shape and memory format, or null.</param>
    /// <param name="rows">int64.</param>
    public static void GatherTable(Tensor quantized, Tensor? exact, Tensor rows, double probability, ulong seed, Tensor target)
    {
        NativeKernels.Check(
            NativeMethods.ck_gather_table(quantized.Handle, exact?.Handle ?? 0, rows.Handle, probability, seed, target.Handle));
        GC.KeepAlive(quantized);
        GC.KeepAlive(exact);
        GC.KeepAlive(rows);
        GC.KeepAlive(target);
    }

    /// <summary>
    /// On a device: <see cref="LearnedScale"/> with a scale and a range of codes for each channel; what lies on an end
    /// passes its gradient on.
    /// </summary>
    /// <param name="scales">(channels), positive.</param>
    /// <param name="lows">(channels), smallest codes.</param>
    public static Tensor LearnedScalePerChannel(Tensor w, Tensor scales, Tensor lows, Tensor highs, int axis, double gradientScale)
    {
        nint result;
        NativeKernels.Check(
            NativeMethods.ck_learned_scale_channels(w.Handle, scales.Handle, lows.Handle, highs.Handle, axis, gradientScale, &result));
        GC.KeepAlive(w);
        GC.KeepAlive(scales);
        GC.KeepAlive(lows);
        GC.KeepAlive(highs);
        return Tensor.UnsafeCreateTensor(result);
    }

    /// <summary>
    /// Copies a tensor to memory in the order that <see cref="GatherRows"/> reads back: images with their channels
    /// innermost, anything else row-major.
    /// </summary>
    public static void StoreRows(Tensor x, float* target)
    {
        NativeKernels.Check(NativeMethods.ck_store_rows(x.Handle, target));
        GC.KeepAlive(x);
    }
}
