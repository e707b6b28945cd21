using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Cluster.Kernels.Tensors;

/// <summary>
/// Winograd's minimal filtering with 3 taps (A. Lavin, S. Gray, "Fast Algorithms for Convolutional Neural Networks", CVPR 2016,
/// sections 4.1 and 4.2) along one axis, sixteen channels at once: y = Aᵀ [(G g) ⊙ (Bᵀ d)]. Elements are a step apart.
/// </summary>
internal unsafe interface IMinimalFilter
{
    /// <summary>Outputs along an axis; a patch has two more.</summary>
    static abstract int Edge { get; }

    /// <summary>G g.</summary>
    static abstract double[] Weights(double first, double second, double third);

    /// <summary>Bᵀ d.</summary>
    static abstract void Inputs(Vector512<float>* d, Vector512<float>* result, int step);

    /// <summary>Aᵀ m.</summary>
    static abstract void Outputs(Vector512<float>* m, Vector512<float>* result, int step);
}

/// <summary>F(2, 3).</summary>
internal readonly unsafe struct FilterOfTwo : IMinimalFilter
{
    public static int Edge => 2;

    public static double[] Weights(double first, double second, double third) =>
        [first, (first + second + third) / 2, (first - second + third) / 2, third];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Inputs(Vector512<float>* d, Vector512<float>* result, int step)
    {
        var (d0, d1, d2, d3) = (d[0], d[step], d[2 * step], d[3 * step]);
        result[0] = d0 - d2;
        result[step] = d1 + d2;
        result[2 * step] = d2 - d1;
        result[3 * step] = d1 - d3;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Outputs(Vector512<float>* m, Vector512<float>* result, int step)
    {
        var (m0, m1, m2, m3) = (m[0], m[step], m[2 * step], m[3 * step]);
        result[0] = m0 + m1 + m2;
        result[step] = m1 - m2 - m3;
    }
}

/// <summary>F(4, 3).</summary>
internal readonly unsafe struct FilterOfFour : IMinimalFilter
{
    public static int Edge => 4;

    public static double[] Weights(double first, double second, double third) =>
    [
        first / 4,
        -(first + second + third) / 6,
        -(first - second + third) / 6,
        (first + (2 * second) + (4 * third)) / 24,
        (first - (2 * second) + (4 * third)) / 24,
        third,
    ];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Inputs(Vector512<float>* d, Vector512<float>* result, int step)
    {
        var (d0, d1, d2, d3, d4, d5) = (d[0], d[step], d[2 * step], d[3 * step], d[4 * step], d[5 * step]);
        var (even, odd) = (d4 - (d2 * 4), d3 - (d1 * 4));
        var (evenHalf, oddHalf) = (d4 - d2, (d3 - d1) * 2);
        result[0] = (d0 * 4) - (d2 * 5) + d4;
        result[step] = even + odd;
        result[2 * step] = even - odd;
        result[3 * step] = evenHalf + oddHalf;
        result[4 * step] = evenHalf - oddHalf;
        result[5 * step] = (d1 * 4) - (d3 * 5) + d5;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Outputs(Vector512<float>* m, Vector512<float>* result, int step)
    {
        var (m0, m1, m2, m3, m4, m5) = (m[0], m[step], m[2 * step], m[3 * step], m[4 * step], m[5 * step]);
        var (sum, difference) = (m1 + m2, m1 - m2);
        var (farSum, farDifference) = (m3 + m4, m3 - m4);
        result[0] = m0 + sum + farSum;
        result[step] = difference + (farDifference * 2);
        result[2 * step] = sum + (farSum * 4);
        result[3 * step] = difference + (farDifference * 8) + m5;
    }
}
