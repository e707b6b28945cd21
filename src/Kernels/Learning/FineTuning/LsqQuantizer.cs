using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Learning.FineTuning;

/// <summary>
/// Fake quantization with gradients, after LSQ (Esser et al., "Learned Step Size Quantization", ICLR 2020): x^ = s *
/// clamp(round(x / s), low, high), round half to even. Backward: dx^/dx is 1 where x / s lies in [low, high] and 0
/// beyond (clipped straight-through); dx^/ds is round(x / s) - x / s inside and low or high beyond, times the gradient
/// scale. With a zero point z, low and high are qmin - z and qmax - z.
/// </summary>
internal static class LsqQuantizer
{
    /// <summary>One scale for the whole tensor, in one pass each way.</summary>
    /// <param name="scale">A scalar, positive; learned where it requires a gradient.</param>
    public static Tensor Apply(Tensor x, Tensor scale, int low, int high, double gradientScale) =>
        ReconstructionKernels.LearnedScale(
            x, scale, new QuantizationParameters(1, 0, low, high), LsqCall.Plain with { GradientScale = gradientScale });

    /// <summary>One scale and one range of codes for each index of an axis.</summary>
    /// <param name="scales">Broadcasts to w, e.g. (O, 1, 1, 1); positive.</param>
    /// <param name="low">Smallest codes, the shape of <paramref name="scales"/>.</param>
    /// <param name="high">Largest codes.</param>
    public static Tensor ApplyPerChannel(Tensor w, Tensor scales, Tensor low, Tensor high, double gradientScale)
    {
        using var scope = NewDisposeScope();
        var scaled = ScaleGradient(scales, gradientScale);
        var position = Aten.Call("aten::clamp.Tensor", Aten.Call("aten::div.Tensor", w, scaled), low, high);
        return Aten.Call("aten::mul.Tensor", StraightThrough(position), scaled).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// scale * round(x / scale) with the gradient 1: for numbers quantized so finely that they never saturate, such as
    /// a bias is.
    /// </summary>
    /// <param name="scale">Same shape as x; gets no gradient.</param>
    public static Tensor Round(Tensor x, Tensor scale)
    {
        using var scope = NewDisposeScope();
        Tensor change;
        using (no_grad())
        {
            var rounded = Aten.Call("aten::mul.Tensor", Aten.Call("aten::round", Aten.Call("aten::div.Tensor", x, scale)), scale);
            change = Aten.Call("aten::sub.Tensor", rounded, x);
        }

        return Aten.Call("aten::add.Tensor", x, change).MoveToOuterDisposeScope();
    }

    private static Tensor StraightThrough(Tensor position)
    {
        Tensor change;
        using (no_grad())
        {
            change = Aten.Call("aten::sub.Tensor", Aten.Call("aten::round", position), position);
        }

        return Aten.Call("aten::add.Tensor", position, change);
    }

    // The value of the scale, with its gradient multiplied.
    private static Tensor ScaleGradient(Tensor scale, double factor)
    {
        if (!scale.requires_grad || factor == 1)
        {
            return scale;
        }

        var part = Aten.Call("aten::mul.Scalar", scale, factor);
        return Aten.Call("aten::add.Tensor", part, Aten.Call("aten::detach", Aten.Call("aten::sub.Tensor", scale, part)));
    }
}
