namespace Cluster.Export.Forms;

/// <summary>
/// Functions of few codes in forms of which each code was compared: a form is taken only where no code lies so near between two that the
/// order of roundings in float32 could decide.
/// </summary>
internal static class OneCodeFunctions
{
    // Several roundings of numbers up to 511 to 24 bits: 511 · 2⁻²⁴ · 3.
    private const double Margin = 1e-4;

    /// <summary>Whether a number of codes rounds to the same code whatever the last bits of float32 are.</summary>
    public static bool IsDecided(double codes) => codes is < -0.75 or > 255.75
        || Math.Abs(codes - Math.Floor(codes) - 0.5) > Margin;
}
