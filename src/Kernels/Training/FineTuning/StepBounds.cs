using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Training.FineTuning;

/// <summary>How far quantization steps may go from where they began.</summary>
internal static class StepBounds
{
    private const float Factor = 16;

    /// <summary>Clamps, in place, to [start / 16, min(16 * start, ceiling)].</summary>
    /// <param name="steps">As many as <paramref name="start"/>.</param>
    public static void Clamp(Tensor steps, float[] start, float ceiling = float.PositiveInfinity)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        long[] shape = steps.shape;
        var low = TensorFactory.FromFloats([.. start.Select(step => step / Factor)], shape);
        var high = TensorFactory.FromFloats([.. start.Select(step => Math.Min(step * Factor, ceiling))], shape);
        Aten.Call("aten::clamp_.Tensor", steps, low, high);
    }
}
