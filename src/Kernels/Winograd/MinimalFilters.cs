using Lanes = System.Runtime.Intrinsics.Vector256<float>;

namespace Cluster.Kernels.Winograd;

/// <summary>
/// Winograd's minimal filtering with 3 taps (A. Lavin, S. Gray, "Fast Algorithms for Convolutional Neural Networks", CVPR 2016,
/// sections 4.1 and 4.2) along both axes, a vector of channels at once: y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A.
/// </summary>
internal unsafe interface IMinimalFilter
{
    /// <summary>Outputs along an axis; a patch is two larger.</summary>
    static abstract int Edge { get; }

    /// <summary>G g.</summary>
    static abstract double[] Weights(double first, double second, double third);

    /// <summary>Bᵀ d B of a patch.</summary>
    /// <param name="pixel">Its first pixel; <paramref name="across"/> and <paramref name="down"/> are the steps to the next ones.</param>
    /// <param name="target">Its points, row by row, one step apart.</param>
    /// <param name="half">Scratch space for a patch.</param>
    static abstract void Inputs(float* pixel, nint across, nint down, float* target, nint step, float* half);

    /// <summary>Aᵀ m A + bias of a patch, limited to the part that lies within the image: at least one output, at most the edge.</summary>
    static abstract void Outputs(
        float* source, nint step, Lanes bias, float* corner, nint across, nint down, int width, int height, float* half);
}

/// <summary>F(2, 3): a patch stays in registers.</summary>
internal readonly unsafe struct FilterOfTwo : IMinimalFilter
{
    public static int Edge => 2;

    public static double[] Weights(double first, double second, double third) =>
        [first, (first + second + third) / 2, (first - second + third) / 2, third];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Inputs(float* pixel, nint across, nint down, float* target, nint step, float* half)
    {
        Column(pixel, down, out var a0, out var a1, out var a2, out var a3);
        Column(pixel + across, down, out var b0, out var b1, out var b2, out var b3);
        Column(pixel + (2 * across), down, out var c0, out var c1, out var c2, out var c3);
        Column(pixel + (3 * across), down, out var d0, out var d1, out var d2, out var d3);
        Row(a0, b0, c0, d0, target, step);
        Row(a1, b1, c1, d1, target + (4 * step), step);
        Row(a2, b2, c2, d2, target + (8 * step), step);
        Row(a3, b3, c3, d3, target + (12 * step), step);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Outputs(
        float* source, nint step, Lanes bias, float* corner, nint across, nint down, int width, int height, float* half)
    {
        Sum(source, 4 * step, out var a0, out var a1);
        Sum(source + step, 4 * step, out var b0, out var b1);
        Sum(source + (2 * step), 4 * step, out var c0, out var c1);
        Sum(source + (3 * step), 4 * step, out var d0, out var d1);
        (a0 + b0 + c0 + bias).Store(corner);
        if (width > 1)
        {
            (b0 - c0 - d0 + bias).Store(corner + across);
        }

        if (height > 1)
        {
            (a1 + b1 + c1 + bias).Store(corner + down);
            if (width > 1)
            {
                (b1 - c1 - d1 + bias).Store(corner + down + across);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Column(float* d, nint step, out Lanes r0, out Lanes r1, out Lanes r2, out Lanes r3)
    {
        var (d0, d1) = (Vector256.Load(d), Vector256.Load(d + step));
        var (d2, d3) = (Vector256.Load(d + (2 * step)), Vector256.Load(d + (3 * step)));
        r0 = d0 - d2;
        r1 = d1 + d2;
        r2 = d2 - d1;
        r3 = d1 - d3;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row(Lanes d0, Lanes d1, Lanes d2, Lanes d3, float* target, nint step)
    {
        (d0 - d2).Store(target);
        (d1 + d2).Store(target + step);
        (d2 - d1).Store(target + (2 * step));
        (d1 - d3).Store(target + (3 * step));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Sum(float* m, nint step, out Lanes r0, out Lanes r1)
    {
        var (m0, m1) = (Vector256.Load(m), Vector256.Load(m + step));
        var (m2, m3) = (Vector256.Load(m + (2 * step)), Vector256.Load(m + (3 * step)));
        r0 = m0 + m1 + m2;
        r1 = m1 - m2 - m3;
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
    public static void Inputs(float* pixel, nint across, nint down, float* target, nint step, float* half)
    {
        for (int i = 0; i < 6; i++, pixel += across)
        {
            Inputs(pixel, down, half + (i * Lanes.Count), 6 * Lanes.Count);
        }

        for (int i = 0; i < 6; i++, target += 6 * step)
        {
            Inputs(half + (i * 6 * Lanes.Count), Lanes.Count, target, step);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Outputs(
        float* source, nint step, Lanes bias, float* corner, nint across, nint down, int width, int height, float* half)
    {
        for (int i = 0; i < 6; i++, source += step)
        {
            Outputs(source, 6 * step, half + (i * Lanes.Count), 6 * Lanes.Count, default, 4);
        }

        for (int i = 0; i < height; i++, corner += down)
        {
            Outputs(half + (i * 6 * Lanes.Count), Lanes.Count, corner, across, bias, width);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Inputs(float* d, nint step, float* result, nint resultStep)
    {
        var (d0, d1, d2) = (Vector256.Load(d), Vector256.Load(d + step), Vector256.Load(d + (2 * step)));
        var (d3, d4, d5) = (Vector256.Load(d + (3 * step)), Vector256.Load(d + (4 * step)), Vector256.Load(d + (5 * step)));
        var (even, odd) = (d4 - (d2 * 4), d3 - (d1 * 4));
        var (evenHalf, oddHalf) = (d4 - d2, (d3 - d1) * 2);
        ((d0 * 4) - (d2 * 5) + d4).Store(result);
        (even + odd).Store(result + resultStep);
        (even - odd).Store(result + (2 * resultStep));
        (evenHalf + oddHalf).Store(result + (3 * resultStep));
        (evenHalf - oddHalf).Store(result + (4 * resultStep));
        ((d1 * 4) - (d3 * 5) + d5).Store(result + (5 * resultStep));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Outputs(float* m, nint step, float* result, nint resultStep, Lanes bias, int count)
    {
        var (m0, m1, m2) = (Vector256.Load(m), Vector256.Load(m + step), Vector256.Load(m + (2 * step)));
        var (m3, m4, m5) = (Vector256.Load(m + (3 * step)), Vector256.Load(m + (4 * step)), Vector256.Load(m + (5 * step)));
        var (sum, difference) = (m1 + m2, m1 - m2);
        var (farSum, farDifference) = (m3 + m4, m3 - m4);
        (m0 + sum + farSum + bias).Store(result);
        if (count > 1)
        {
            (difference + (farDifference * 2) + bias).Store(result + resultStep);
        }

        if (count > 2)
        {
            (sum + (farSum * 4) + bias).Store(result + (2 * resultStep));
        }

        if (count > 3)
        {
            (difference + (farDifference * 8) + m5 + bias).Store(result + (3 * resultStep));
        }
    }
}
