using static TorchSharp.torch;

namespace Cluster.Kernels.Tensors;

/// <summary>Tensors over the memory of a network's constants.</summary>
internal static class SharedConstant
{
    /// <summary>
    /// A tensor over a constant's own memory, which is not copied; null if it was not read into a <see cref="ConstantMemory"/>.
    /// </summary>
    public static Tensor? Of(TensorData constant)
    {
        if (ConstantMemory.Of(constant) is not var (array, start))
        {
            return null;
        }

        using var all = frombuffer(array, ScalarType.Float32);
        using var own = all.narrow(0, start, constant.Count);
        return own.view(constant.Shape);
    }
}
