using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Learning.Optimizers;

/// <summary>The state of Adam for one tensor that a fused kernel changes.</summary>
/// <param name="like">The tensor: the moments have its shape and are where it is.</param>
/// <param name="type">Of the moments.</param>
internal sealed class AdamMoments(Tensor like, ScalarType type) : IDisposable
{
    private long _iterations;

    /// <summary>Moving average of the gradient.</summary>
    public Tensor First { get; } = zeros_like(like, type);

    /// <summary>Moving average of its square.</summary>
    public Tensor Second { get; } = zeros_like(like, type);

    /// <summary>Begins the next iteration.</summary>
    public AdamCorrections Next() => Adam.Corrections(++_iterations);

    public void Dispose()
    {
        First.Dispose();
        Second.Dispose();
    }
}
