namespace Cluster.Kernels.Execution.Operators;

/// <summary>What a convolution adds up.</summary>
internal enum SumKind
{
    /// <summary>Any order and any algorithm, with the rounding error of float32.</summary>
    Real,

    /// <summary>
    /// As Real, with up to ten times its error where that is faster: for what is compared with something computed the same way, and
    /// only ranked. Programs with gradients take it as Real.
    /// </summary>
    Rough,

    /// <summary>
    /// Whole numbers that stand for an integer kernel's: only the direct sum, exact in float32 below 2^24.
    /// </summary>
    Whole,
}
