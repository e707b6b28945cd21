using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Training.FineTuning;

/// <summary>
/// Fake quantization with gradients, after LSQ (Esser et al., "Learned Step Size Quantization", ICLR 2020): x^ = s * clamp(round(x / s), low, high),
/// round half to even. Backward: dx^/dx is 1 where x / s lies in [low, high] and 0 beyond (clipped straight-through);
/// dx^/ds is round(x / s) - x / s inside and low or high beyond, times the gradient scale. With a zero point z, low and high are qmin - z and qmax - z.
/// Results belong to the dispose scope of the caller, which must have one: intermediates are left to it.
/// </summary>
internal static class StepQuantizer
{
    /// <summary>One step for the whole tensor.</summary>
    /// <param name="step">A scalar, positive; learned where it requires a gradient.</param>
    public static Tensor Apply(Tensor x, Tensor step, int low, int high, double gradientScale)
    {
        var scaled = ScaleGradient(step, gradientScale);
        var position = Aten.Call("aten::clamp", Aten.Call("aten::div.Tensor", x, scaled), low, high);
        return Aten.Call("aten::mul.Tensor", StraightThrough(position), scaled);
    }

    /// <summary>One step for each index of <paramref name="axis"/>.</summary>
    /// <param name="steps">(channels), positive.</param>
    public static Tensor ApplyPerChannel(Tensor w, Tensor steps, int axis, int low, int high, double gradientScale)
    {
        long[] along = new long[w.shape.Length];
        Array.Fill(along, 1);
        along[axis] = -1;
        return Apply(w, TensorOps.Reshape(steps, along), low, high, gradientScale);
    }

    /// <summary>scale * round(x / scale) with the gradient 1: for what is quantized so finely that it never saturates, as a bias is.</summary>
    /// <param name="scale">Same shape as x or broadcast to it; gets no gradient.</param>
    public static Tensor Round(Tensor x, Tensor scale)
    {
        var rounded = Aten.Call("aten::mul.Tensor", Aten.Call("aten::round", Aten.Call("aten::div.Tensor", x, scale)), scale);
        return Aten.Call("aten::add.Tensor", x, Aten.Call("aten::detach", Aten.Call("aten::sub.Tensor", rounded, x)));
    }

    private static Tensor StraightThrough(Tensor position)
    {
        var rounded = Aten.Call("aten::round", position);
        return Aten.Call("aten::add.Tensor", position, Aten.Call("aten::detach", Aten.Call("aten::sub.Tensor", rounded, position)));
    }

    // The value of the step, with its gradient multiplied.
    private static Tensor ScaleGradient(Tensor step, double factor)
    {
        if (!step.requires_grad || factor == 1)
        {
            return step;
        }

        var part = Aten.Call("aten::mul.Scalar", step, factor);
        return Aten.Call("aten::add.Tensor", part, Aten.Call("aten::detach", Aten.Call("aten::sub.Tensor", step, part)));
    }
}
