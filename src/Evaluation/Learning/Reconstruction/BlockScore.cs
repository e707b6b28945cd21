using Cluster.Kernels.Evaluation;

namespace Cluster.Evaluation.Learning.Reconstruction;

/// <summary>How good a file is: by its correct images, then, among equals, by its divergence from FP32.</summary>
internal readonly record struct BlockScore(int Correct, double Kl)
{
    public static BlockScore Of(RuntimeScore score) => new(score.Correct, score.Kl);

    public bool IsBetterThan(BlockScore other) => Correct != other.Correct ? Correct > other.Correct : Kl < other.Kl;
}
