using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution;

/// <summary>
/// How an integer kernel's sums become its output. ONNX Runtime multiplies a sum by s_x * s_w / s_y, a float32 number of its own, and
/// rounds; (sum * s_x * s_w) / s_y is another float32 number and falls on the other side of a tie now and then. Both are kept apart here.
/// </summary>
/// <param name="Axis">The channel axis of the sums.</param>
/// <param name="Steps">s_x * s_w, one a channel: the real size of 1 in the sums.</param>
/// <param name="Requantization">Set where the output, after an activation function that its range makes redundant, is quantized for every reader.</param>
internal sealed record IntegerOutput(int Axis, float[] Steps, Requantization? Requantization)
{
    // s_x * s_w / s_y, one a channel; made once, as every batch needs it.
    private readonly float[] _codeFactors = Requantization is { } pair ? [.. Steps.Select(step => step / pair.Parameters.Scale)] : [];

    /// <summary>The real numbers, in place.</summary>
    public Tensor ToReal(Tensor sums)
    {
        NativeKernels.ScaleChannels(sums, Steps, Axis);
        return sums;
    }

    /// <summary>x / s_y before rounding, in place; only where <see cref="Requantization"/> is set.</summary>
    public Tensor ToCodes(Tensor sums)
    {
        NativeKernels.ScaleChannels(sums, _codeFactors, Axis);
        return sums;
    }
}

/// <summary>The Q/DQ pair that an integer kernel computes itself.</summary>
internal sealed record Requantization(string Tensor, QuantizationParameters Parameters);
