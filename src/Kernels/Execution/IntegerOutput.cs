using static TorchSharp.torch;

namespace Cluster.Kernels.Execution;

/// <summary>
/// Converts an integer kernel's sums to its output. ONNX Runtime multiplies a sum by s_x * s_w / s_y, one float32 number, and rounds; (sum
/// * s_x * s_w) / s_y is another float32 number that sometimes falls on the other side of a tie. The two are kept apart here.
/// </summary>
/// <param name="Axis">The channel axis of the sums.</param>
/// <param name="Steps">s_x * s_w, one per channel: the real value of 1 in the sums.</param>
/// <param name="Requantizer">
/// The pair that the kernel computes itself, if the output (after an activation function that its range makes redundant) is quantized for
/// every reader.
/// </param>
internal sealed record IntegerOutput(int Axis, float[] Steps, ConstantQuantizer? Requantizer) : IIntegerOutput
{
    // s_x * s_w / s_y, one per channel; computed once, as every batch needs it.
    private readonly float[] _codeFactors = Requantizer is { } pair ? [.. Steps.Select(step => step / pair.Parameters.Scale)] : [];

    public Tensor Finish(GraphNode node, Tensor whole, IRunObserver? observer)
    {
        if (observer is not null)
        {
            using var real = ToReal(whole.clone());
            observer.Computed(node, real);
        }

        if (Requantizer is null)
        {
            return ToReal(whole);
        }

        using (whole)
        {
            Scale(whole, _codeFactors); // x / s_y before rounding
            return Requantizer.ApplyToSteps(whole, observer);
        }
    }

    // In place.
    private Tensor ToReal(Tensor sums)
    {
        Scale(sums, Steps);
        return sums;
    }

    // In place, each channel by its factor.
    private void Scale(Tensor sums, float[] factors)
    {
        long[] shape = new long[sums.shape.Length];
        Array.Fill(shape, 1);
        shape[Axis < 0 ? Axis + shape.Length : Axis] = factors.Length;
        using var own = TensorFactory.FromFloats(factors, shape);
        using var there = own.to(sums);
        sums.mul_(there);
    }
}
