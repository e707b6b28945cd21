using static TorchSharp.torch;

namespace Cluster.Learning.Lsq;

/// <summary>
/// Fake quantization with gradients, after LSQ (Esser et al., "Learned Step Size Quantization", ICLR 2020): x^ = s *
/// clamp(round(x / s), low, high), round half to even. Backward: dx^/dx is 1 where x / s lies in [low, high] and 0
/// beyond (clipped straight-through); dx^/ds is round(x / s) - x / s inside and low or high beyond, times the gradient
/// scale. With a zero point z, low and high are qmin - z and qmax - z.
/// </summary>
internal static class LsqQuantizer
{
    /// <summary>
    /// One scale for the whole tensor, on any device, operator by operator; <see cref="LearnedScale"/> is faster on the processor.
    /// </summary>
    public static Tensor ApplyByOperators(Tensor x, Tensor scale, in QuantizationParameters p, in LsqCall call)
    {
        using var scope = NewDisposeScope();
        using var low = full_like(scale, (p.Minimum - p.ZeroPoint).AsScalar());
        using var high = full_like(scale, (p.Maximum - p.ZeroPoint).AsScalar());
        var quantized = ApplyPerChannel(x, scale, low, high, call.GradientScale);
        var mask = new DropMask(call.Probability, call.Seed);
        return (mask.IsFull ? quantized : where(Drawn(x, mask, (uint)call.Position), quantized, x)).MoveToOuterDisposeScope();
    }

    /// <summary>One scale and one range of codes for each index of an axis.</summary>
    /// <param name="scales">Broadcasts to w, e.g. (O, 1, 1, 1); positive.</param>
    /// <param name="low">Smallest codes, the shape of <paramref name="scales"/>.</param>
    /// <param name="high">Largest codes.</param>
    public static Tensor ApplyPerChannel(Tensor w, Tensor scales, Tensor low, Tensor high, double gradientScale)
    {
        using var scope = NewDisposeScope();
        var scaled = ScaleGradient(scales, gradientScale);
        var position = w.div(scaled).clamp(low, high);
        return StraightThrough(position).mul(scaled).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// scale * round(x / scale) with the gradient 1: for numbers quantized so finely that they never saturate, such as biases.
    /// </summary>
    /// <param name="scale">Same shape as x; gets no gradient.</param>
    public static Tensor Round(Tensor x, Tensor scale)
    {
        using var scope = NewDisposeScope();
        Tensor change;
        using (no_grad())
        {
            var rounded = x.div(scale).round().mul(scale);
            change = rounded.sub(x);
        }

        return x.add(change, ScalarNumbers.One).MoveToOuterDisposeScope();
    }

    // Bools, one an element.
    private static Tensor Drawn(Tensor x, DropMask mask, uint position)
    {
        using var ones = DenseTensor.Create(x.shape, DenseTensor.IsChannelsLast(x), memory =>
        {
            memory.Fill(1);
            mask.Mix(memory, new float[memory.Length], memory, position);
        });
        return ones.to(x.device).to(ScalarType.Bool);
    }

    private static Tensor StraightThrough(Tensor position)
    {
        Tensor change;
        using (no_grad())
        {
            change = position.round().sub(position);
        }

        return position.add(change, ScalarNumbers.One);
    }

    // The value of the scale, with its gradient multiplied by the factor.
    private static Tensor ScaleGradient(Tensor scale, double factor)
    {
        if (!scale.requires_grad || factor == 1)
        {
            return scale;
        }

        var part = scale.mul(factor.AsScalar());
        return part.add(scale.sub(part).detach(), ScalarNumbers.One);
    }
}
