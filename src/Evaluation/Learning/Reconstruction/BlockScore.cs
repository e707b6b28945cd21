using Cluster.Kernels.Evaluation;

namespace Cluster.Evaluation.Learning.Reconstruction;

/// <summary>
/// The quality of a file: its mean loss (wrong images, or the metric's loss), then, among equals, its divergence from FP32.
/// </summary>
internal readonly record struct BlockScore(double Quality, double Kl)
{
    public static BlockScore Of(RuntimeScore score) => new(-score.Loss, score.Kl);

    public bool IsBetterThan(BlockScore other) => Quality != other.Quality ? Quality > other.Quality : Kl < other.Kl;
}
