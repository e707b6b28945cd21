using Cluster.Kernels.Learning.Reconstruction;
using Cluster.Kernels.Plans;

namespace Cluster.Evaluation.SingleSteps.Quantize;

/// <summary>Learned roundings, and how they were learned.</summary>
/// <param name="Resumed">Blocks that an earlier run of the same command had finished.</param>
/// <param name="Seconds">Wall time of this run.</param>
internal sealed record QuantizeLearning(
    LearnedParameters Parameters, IReadOnlyList<BlockOutcome> Blocks, int Resumed, int Iterations, double Seconds)
{
    /// <summary>Rate within the loops of the blocks.</summary>
    public double IterationsPerSecond =>
        Blocks.Sum(block => block.Seconds) is > 0 and var loops ? Blocks.Sum(block => (double)block.Iterations) / loops : 0;
}
