using static TorchSharp.torch;

namespace Cluster.Kernels.Learning.FineTuning;

/// <summary>
/// The range that a quantization scale may move in, relative to its start: [start / 16, min(16 * start, ceiling)]. Its tensors belong to
/// the dispose scope in which it is created.
/// </summary>
/// <param name="start">The initial scales.</param>
/// <param name="shape">Of the tensor of scales.</param>
internal sealed class ScaleBounds(float[] start, long[] shape, ComputeDevice device, float ceiling = float.PositiveInfinity)
{
    private const float Factor = 16;

    private readonly Tensor _low = device.Floats([.. start.Select(scale => scale / Factor)], shape);
    private readonly Tensor _high = device.Floats([.. start.Select(scale => Math.Min(scale * Factor, ceiling))], shape);

    /// <summary>Clamps in place.</summary>
    public void Clamp(Tensor scales)
    {
        using var frozen = no_grad();
        scales.clamp_(_low, _high);
    }
}
