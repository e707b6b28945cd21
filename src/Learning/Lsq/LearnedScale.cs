using static TorchSharp.torch;

namespace Cluster.Learning.Lsq;

/// <summary>
/// DQ(Q(x)) with a learned scale in one pass each way, for the processor: forward as in ONNX (<see cref="AffineQuantizer"/>), backward as
/// in LSQ (<see cref="LsqGradient"/>).
/// </summary>
internal sealed class LearnedScale : autograd.SingleTensorFunction<LearnedScale>
{
    private const string Saved = "call";

    /// <inheritdoc/>
    public override string Name => nameof(LearnedScale);

    /// <summary>The quantized tensor; x and scale get gradients.</summary>
    /// <param name="scale">One element, positive.</param>
    /// <param name="p">Zero point and codes; its scale is ignored.</param>
    /// <exception cref="KernelException">The scale is not positive and finite.</exception>
    public static Tensor Apply(Tensor x, Tensor scale, in QuantizationParameters p, in LsqCall call)
    {
        if (!x.is_cpu())
        {
            return LsqQuantizer.ApplyByOperators(x, scale, p, call);
        }

        float value = scale.item<float>();
        if (!(value > 0 && float.IsFinite(value)))
        {
            throw new KernelException($"A scale must be positive and finite but is {value}.");
        }

        var made = new Call(p with { Scale = value }, call);
        return is_grad_enabled() && (x.requires_grad || scale.requires_grad) ? apply(x, scale, made) : Quantize(x, made);
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext context, params object[] vars)
    {
        var (x, scale, call) = ((Tensor)vars[0], (Tensor)vars[1], (Call)vars[2]);
        context.save_for_backward([x, scale]);
        context.save_data(Saved, call);
        return Quantize(x, call);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext context, Tensor gradient)
    {
        var saved = context.get_saved_variables();
        var (x, scale, call) = (saved[0], saved[1], (Call)context.get_data(Saved));
        var (p, mask) = (call.Parameters, call.Mask);
        var lsq = new LsqGradient(p.Scale, p.Minimum - p.ZeroPoint, p.Maximum - p.ZeroPoint, mask);
        var (result, total) = DenseLoops.MapPair(
            x, gradient, (values, gradients, target, start) => lsq.Fill(values, gradients, target, call.PositionOf(start)));
        return [result, full_like(scale, (total * call.Use.GradientScale).AsScalar()), null!]; // one for each argument
    }

    private static Tensor Quantize(Tensor x, Call call)
    {
        var mask = call.Mask;
        return DenseLoops.Map(x, (source, target, start) =>
        {
            AffineQuantizer.FakeQuantize(source, call.Parameters, target);
            if (!mask.IsFull)
            {
                mask.Mix(target, source, target, call.PositionOf(start));
            }
        });
    }

    private sealed record Call(QuantizationParameters Parameters, LsqCall Use)
    {
        public DropMask Mask => new(Use.Probability, Use.Seed);

        // Positions are counted modulo 2^32.
        public uint PositionOf(int start) => unchecked((uint)Use.Position + (uint)start);
    }
}

/// <summary>One use of a learned quantizer.</summary>
/// <param name="GradientScale">Factor of the scale's gradient: LSQ's 1 / sqrt(N * qmax), or 1.</param>
/// <param name="Probability">Probability that an element is quantized; the others pass unchanged (QDrop).</param>
/// <param name="Seed">Decides on each element, together with its position.</param>
/// <param name="Position">Position of the first element, if the tensor is a part of a batch.</param>
internal readonly record struct LsqCall(double GradientScale, double Probability, ulong Seed, long Position)
{
    /// <summary>Quantizes every element and leaves gradients unscaled.</summary>
    public static LsqCall Plain { get; } = new(1, 1, 0, 0);
}
