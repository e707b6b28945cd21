namespace Cluster.Kernels.Convolutions;

/// <summary>
/// How many outputs <see cref="Winograd"/> computes at once. Errors are those of sums over 64 channels,
/// relative to the largest output.
/// </summary>
public enum WinogradTile
{
    /// <summary>F(2x2, 3x3): 16 multiplications for 4 outputs, with the error of float32 (about 5e-7).</summary>
    Two,

    /// <summary>
    /// F(4x4, 3x3): 36 multiplications for 16 outputs. Its transforms multiply by up to 8, for ten times the error (about 5e-6).
    /// </summary>
    Four,
}
