namespace Cluster.Kernels.Execution.Operators;

/// <summary>What a convolution sums, and how exactly.</summary>
internal enum SumKind
{
    /// <summary>Any order and any algorithm, with the rounding error of float32.</summary>
    Real,

    /// <summary>
    /// As Real, with up to ten times its error if that is faster: for results that are only ranked, against others computed the same way.
    /// Programs with gradients treat it as Real.
    /// </summary>
    Rough,

    /// <summary>Whole numbers, as in an integer kernel: only the direct sum, exact in float32 below 2^24.</summary>
    Whole,
}
