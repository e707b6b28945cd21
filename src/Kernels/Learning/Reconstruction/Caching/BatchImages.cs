using static TorchSharp.torch;

namespace Cluster.Kernels.Learning.Reconstruction.Caching;

/// <summary>Which images a batch, or a part of it, consists of.</summary>
/// <param name="numbers">Of the images.</param>
/// <param name="there">The same numbers, int64, on the device that computes; null where that is the processor.</param>
internal readonly ref struct BatchImages(ReadOnlySpan<long> numbers, Tensor? there)
{
    public ReadOnlySpan<long> Numbers { get; } = numbers;

    public Tensor? There { get; } = there;
}
