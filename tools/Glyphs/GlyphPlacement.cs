using Stroke = Cluster.Glyphs.GlyphShapes.Stroke;

namespace Cluster.Glyphs;

/// <summary>A random affine map from the unit square into the image.</summary>
internal readonly struct GlyphPlacement
{
    private readonly double _xx;
    private readonly double _xy;
    private readonly double _yx;
    private readonly double _yy;
    private readonly double _x;
    private readonly double _y;

    public GlyphPlacement(SplitMix64 random)
    {
        double height = GlyphGenerator.Between(random, GlyphLook.Smallest, GlyphLook.Largest);
        double width = height * GlyphGenerator.Between(random, .7, 1);
        double slant = GlyphGenerator.Between(random, -GlyphLook.Slant, GlyphLook.Slant);
        double t = GlyphGenerator.Between(random, -GlyphLook.HalfTurn, GlyphLook.HalfTurn);

        // Cosine and sine from the tangent of the half angle: exact arithmetic, the same on every system.
        double cosine = (1 - (t * t)) / (1 + (t * t));
        double sine = 2 * t / (1 + (t * t));
        (_xx, _xy) = (cosine * width, ((cosine * slant) - sine) * height);
        (_yx, _yy) = (sine * width, ((sine * slant) + cosine) * height);
        _x = (GlyphGenerator.Size / 2.0) + GlyphGenerator.Between(random, -GlyphLook.Offset, GlyphLook.Offset);
        _y = (GlyphGenerator.Size / 2.0) + GlyphGenerator.Between(random, -GlyphLook.Offset, GlyphLook.Offset);
    }

    public void Apply(ReadOnlySpan<Stroke> strokes, Span<Stroke> placed)
    {
        for (int i = 0; i < strokes.Length; i++)
        {
            var (x0, y0) = Apply(strokes[i].X0 - .5, strokes[i].Y0 - .5);
            var (x1, y1) = Apply(strokes[i].X1 - .5, strokes[i].Y1 - .5);
            placed[i] = new Stroke(x0, y0, x1, y1);
        }
    }

    private (double X, double Y) Apply(double x, double y) => (_x + (_xx * x) + (_xy * y), _y + (_yx * x) + (_yy * y));
}
