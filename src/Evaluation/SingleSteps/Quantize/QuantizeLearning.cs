using Cluster.Kernels.Learning.Reconstruction;

namespace Cluster.Evaluation.SingleSteps.Quantize;

/// <summary>Report on learning roundings.</summary>
/// <param name="Resumed">Blocks that an earlier run of the same command had finished.</param>
/// <param name="Seconds">Wall time of this run.</param>
/// <param name="IterationsPerSecond">Rate within the loops of the blocks.</param>
internal sealed record QuantizeLearning(IReadOnlyList<BlockOutcome> Blocks, int Resumed, double Seconds, double IterationsPerSecond)
{
    public static QuantizeLearning Of(IReadOnlyList<BlockOutcome> blocks, int resumed, double seconds)
    {
        double loops = blocks.Sum(block => block.Seconds);
        return new QuantizeLearning(blocks, resumed, seconds, loops > 0 ? blocks.Sum(block => (double)block.Iterations) / loops : 0);
    }
}
