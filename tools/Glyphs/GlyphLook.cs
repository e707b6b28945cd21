namespace Cluster.Glyphs;

/// <summary>The ranges that the generator draws from: grey levels of 0..255 for light, pixels for sizes.</summary>
internal static class GlyphLook
{
    public const double Darkest = 20;
    public const double Brightest = 60;

    /// <summary>Largest change of the background from one side to the other.</summary>
    public const double Gradient = 10;

    /// <summary>Standard deviation.</summary>
    public const double Noise = 0.4;

    /// <summary>Contrast of the strokes; low ones are frequent (the cube of a uniform number).</summary>
    public const double Faintest = 1.8;
    public const double Strongest = 14;

    /// <summary>Width of the strokes.</summary>
    public const double Thinnest = 1;
    public const double Thickest = 2.4;

    public const double Smallest = 11;
    public const double Largest = 17;

    /// <summary>How far the middle may be from the image's.</summary>
    public const double Offset = 2.5;

    /// <summary>Tangent of half the largest rotation, 22.6 degrees.</summary>
    public const double HalfTurn = 0.2;

    /// <summary>Largest sideways shift over height.</summary>
    public const double Slant = 0.2;

    public const int MostHotPixels = 2;
}
