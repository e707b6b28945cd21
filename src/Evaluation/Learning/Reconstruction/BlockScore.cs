using Cluster.Kernels.Evaluation;

namespace Cluster.Evaluation.Learning.Reconstruction;

/// <summary>
/// How good a file is: by its mean loss (images that are wrong, or the metric's), then, among equals, by its divergence from FP32.
/// </summary>
internal readonly record struct BlockScore(double Quality, double Kl)
{
    public static BlockScore Of(RuntimeScore score) => new(-score.Loss, score.Kl);

    public bool IsBetterThan(BlockScore other) => Quality != other.Quality ? Quality > other.Quality : Kl < other.Kl;
}
