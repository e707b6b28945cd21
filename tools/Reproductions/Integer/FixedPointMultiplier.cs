namespace Cluster.Reproductions.Integer;

/// <summary>
/// A positive real factor as whole numbers (Jacob et al., "Quantization and Training of Neural Networks for Efficient
/// Integer-Arithmetic-Only Inference", 2.2): M = M0 · 2^-shift with M0 in [0.5, 1), stored as M0 · 2^31.
/// </summary>
/// <param name="Mantissa">M0 · 2^31, from 2^30 to 2^31 - 1.</param>
/// <param name="Shift">Places to the right; below 0 to the left.</param>
internal readonly record struct FixedPointMultiplier(int Mantissa, int Shift)
{
    /// <summary>The nearest to a factor.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive, or beyond 2^30 or below 2^-31.</exception>
    public static FixedPointMultiplier Of(double factor)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(factor);
        int exponent = (int)Math.Floor(Math.Log2(factor)) + 1;
        long mantissa = (long)Math.Round(Math.ScaleB(factor, 31 - exponent), MidpointRounding.AwayFromZero);
        if (mantissa == 1L << 31)
        {
            mantissa /= 2;
            exponent++;
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(exponent, 30, nameof(factor));
        ArgumentOutOfRangeException.ThrowIfLessThan(exponent, -30, nameof(factor));
        return new FixedPointMultiplier((int)mantissa, -exponent);
    }

    /// <summary>
    /// value · M, halves up: a 64-bit product and one shift. The paper's ARM instructions round the upper half first and its shift
    /// after that, which is wrong by a code where the two meet.
    /// </summary>
    public int Apply(int value)
    {
        int places = 31 + Shift;
        return checked((int)((((long)value * Mantissa) + (1L << (places - 1))) >> places));
    }
}
