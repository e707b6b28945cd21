using Cluster.Kernels.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Kernels.Tensors;

/// <summary>
/// Fused kernels of reconstruction and training, float32. The first two record gradients.
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
            x.Handle, scale.Handle, p.ZeroPoint, p.Minimum, p.Maximum, call.GradientScale, 0,
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
