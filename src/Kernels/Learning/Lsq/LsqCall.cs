namespace Cluster.Kernels.Learning.Lsq;

/// <summary>One use of a learned quantizer.</summary>
/// <param name="GradientScale">Factor of the scale's gradient: LSQ's 1 / sqrt(N * qmax), or 1.</param>
/// <param name="Probability">Of an element to be quantized; the others pass as they are (QDrop).</param>
/// <param name="Seed">Together with an element's position it decides about the element.</param>
/// <param name="Position">Position of the first element, where the tensor is a part of a batch.</param>
internal readonly record struct LsqCall(double GradientScale, double Probability, ulong Seed, long Position)
{
    /// <summary>Every element quantized, gradients as they are.</summary>
    public static LsqCall Plain { get; } = new(1, 1, 0, 0);
}
