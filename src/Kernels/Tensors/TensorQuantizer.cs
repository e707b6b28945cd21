using TorchSharp;
using static TorchSharp.torch;

namespace Cluster.Kernels.Tensors;

/// <summary>
/// Quantization of float32 tensors, bit for bit that of ONNX QuantizeLinear and DequantizeLinear (see
/// <see cref="AffineQuantizer"/>). Results keep the memory format and carry no gradient.
/// </summary>
internal static class TensorQuantizer
{
    // Beyond 24 bits float32 does not hold every code.
    private const int LargestCode = 1 << 24;

    /// <summary>DQ(Q(x)) in float32.</summary>
    /// <exception cref="KernelException">The parameters are invalid, e.g. a scale that is not positive and finite.</exception>
    public static Tensor FakeQuantize(Tensor x, QuantizationParameters p)
    {
        Require(p);
        return x.device_type == DeviceType.CPU
            ? DenseLoops.Map(x, (source, target, _) => AffineQuantizer.FakeQuantize(source, p, target))
            : FakeQuantizeByOperators(x, p);
    }

    /// <summary>DQ(Q(x)) of a tensor given as x / scale, which an integer kernel computes without dividing.</summary>
    public static Tensor FakeQuantizeSteps(Tensor steps, QuantizationParameters p)
    {
        var result = FakeQuantize(steps, p with { Scale = 1 });
        result.mul_(p.Scale.AsScalar());
        return result;
    }

    /// <summary>round(x / scale) as whole float32 numbers: the factors of an integer kernel, with the zero point subtracted.</summary>
    public static Tensor Steps(Tensor x, float scale)
    {
        if (x.device_type == DeviceType.CPU)
        {
            return DenseLoops.Map(x, (source, target, _) => AffineQuantizer.Steps(source, scale, target));
        }

        using var divisor = Scalar(x, scale);
        var steps = x.div(divisor);
        steps.round_();
        return steps;
    }

    /// <summary>The same as <see cref="FakeQuantize"/> in seven passes, on any device.</summary>
    internal static Tensor FakeQuantizeByOperators(Tensor x, QuantizationParameters p)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var scale = Scalar(x, p.Scale);
        double low = p.Minimum - p.ZeroPoint;
        var steps = x.div(scale).nan_to_num(low);
        var codes = steps.clamp(low.AsScalar(), (p.Maximum - p.ZeroPoint).AsScalar()).round();
        return codes.add(0.AsScalar(), ScalarNumbers.One).mul(scale).MoveToOuterDisposeScope();
    }

    // A tensor as divisor: CUDA divides by a number by multiplying with its reciprocal, by a tensor exactly.
    private static Tensor Scalar(Tensor like, float value) => like.new_full([], value.AsScalar());

    private static void Require(in QuantizationParameters p)
    {
        if (!(p.Scale > 0 && float.IsFinite(p.Scale)))
        {
            throw new KernelException($"A scale must be positive and finite but is {p.Scale}.");
        }

        if (p.Minimum >= p.Maximum || p.Minimum < -LargestCode || p.Maximum > LargestCode)
        {
            throw new KernelException($"Codes from {p.Minimum} to {p.Maximum} were given; two or more within 24 bits were expected.");
        }

        if (p.ZeroPoint < p.Minimum || p.ZeroPoint > p.Maximum)
        {
            throw new KernelException($"The zero point {p.ZeroPoint} lies outside of the codes from {p.Minimum} to {p.Maximum}.");
        }
    }
}
