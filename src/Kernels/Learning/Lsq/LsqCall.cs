namespace Cluster.Kernels.Learning.Lsq;

/// <summary>One use of a learned quantizer.</summary>
/// <param name="GradientScale">Factor of the scale's gradient: LSQ's 1 / sqrt(N * qmax), or 1.</param>
/// <param name="Probability">Probability that an element is quantized; the others pass unchanged (QDrop).</param>
/// <param name="Seed">Decides on each element, together with its position.</param>
/// <param name="Position">Position of the first element, if the tensor is a part of a batch.</param>
internal readonly record struct LsqCall(double GradientScale, double Probability, ulong Seed, long Position)
{
    /// <summary>Quantizes every element and leaves gradients unscaled.</summary>
    public static LsqCall Plain { get; } = new(1, 1, 0, 0);
}
