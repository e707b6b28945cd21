using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Learning.FineTuning;

/// <summary>How far quantization steps may go from where they began: [start / 16, min(16 * start, ceiling)]. Its tensors belong to the dispose scope in which it is made.</summary>
/// <param name="start">The first steps.</param>
/// <param name="shape">Of the tensor of steps.</param>
internal sealed class StepBounds(float[] start, long[] shape, ComputeDevice device, float ceiling = float.PositiveInfinity)
{
    private const float Factor = 16;

    private readonly Tensor _low = device.Floats([.. start.Select(step => step / Factor)], shape);
    private readonly Tensor _high = device.Floats([.. start.Select(step => Math.Min(step * Factor, ceiling))], shape);

    /// <summary>Clamps in place.</summary>
    public void Clamp(Tensor steps)
    {
        using var frozen = no_grad();
        using var same = Aten.Call("aten::clamp_.Tensor", steps, _low, _high);
    }
}
