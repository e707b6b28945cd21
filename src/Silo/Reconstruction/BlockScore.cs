using Cluster.Kernels.Evaluation;

namespace Cluster.Silo.Reconstruction;

/// <summary>How good a file is: by its correct images, then, among equals, by its divergence from FP32.</summary>
internal readonly record struct BlockScore(int Correct, double Kl) : IComparable<BlockScore>
{
    public static BlockScore Of(RuntimeScore score) => new(score.Correct, score.Kl);

    /// <summary>Positive where this one is better.</summary>
    public int CompareTo(BlockScore other) => Correct != other.Correct ? Correct.CompareTo(other.Correct) : other.Kl.CompareTo(Kl);
}
