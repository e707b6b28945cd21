using Cluster.Kernels.Reconstruction;

namespace Cluster.Silo.Commands.Quantize;

/// <summary>How roundings were learned.</summary>
/// <param name="Seconds">Wall time of all of it.</param>
/// <param name="IterationsPerSecond">Over the loops alone.</param>
internal sealed record QuantizeLearning(IReadOnlyList<BlockOutcome> Blocks, double Seconds, double IterationsPerSecond)
{
    public static QuantizeLearning Of(IReadOnlyList<BlockOutcome> blocks, double seconds)
    {
        double loops = blocks.Sum(block => block.Seconds);
        return new QuantizeLearning(blocks, seconds, loops > 0 ? blocks.Sum(block => (double)block.Iterations) / loops : 0);
    }
}
