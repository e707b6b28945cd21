namespace Cluster.Glyphs;

/// <summary>Strokes of the glyphs in the unit square, y downwards.</summary>
internal static class GlyphShapes
{
    private static readonly Stroke[][] Strokes =
    [
        [new(.1, 1, .5, 0), new(.5, 0, .9, 1), new(.27, .6, .73, .6)],
        [.. Arc, new(.1, .3, .1, .7)],
        [new(.1, 0, .1, 1), new(.1, 0, .9, 0), new(.1, .5, .8, .5), new(.1, 1, .9, 1)],
        [new(.1, 0, .1, 1), new(.1, 0, .9, 0), new(.1, .5, .8, .5)],
        [new(.1, 0, .1, 1), new(.9, 0, .9, 1), new(.1, .5, .9, .5)],
        [new(.1, 0, .1, 1), new(.9, 0, .1, .5), new(.1, .5, .9, 1)],
        [new(.1, 0, .1, 1), new(.1, 1, .9, 1)],
        [new(.1, 1, .1, 0), new(.1, 0, .9, 1), new(.9, 1, .9, 0)],
        [.. Arc, new(.1, .3, .1, .7), new(.9, .3, .9, .7)],
        [new(0, 0, 1, 0), new(.5, 0, .5, 1)],
        [new(.1, 0, .9, 1), new(.9, 0, .1, 1)],
        [new(.1, 0, .9, 0), new(.9, 0, .1, 1), new(.1, 1, .9, 1)],
    ];

    /// <summary>The class names in label order.</summary>
    public static string Names => "ACEFHKLNOTXZ";

    /// <summary>The open octagon that C and O share.</summary>
    private static Stroke[] Arc =>
        [new(.9, .3, .7, 0), new(.7, 0, .3, 0), new(.3, 0, .1, .3), new(.1, .7, .3, 1), new(.3, 1, .7, 1), new(.7, 1, .9, .7)];

    public static ReadOnlySpan<Stroke> Of(int label) => Strokes[label];

    /// <summary>A straight stroke from (X0, Y0) to (X1, Y1).</summary>
    internal readonly record struct Stroke(double X0, double Y0, double X1, double Y1)
    {
        /// <summary>From a point to the nearest one of the stroke.</summary>
        public double SquaredDistance(double x, double y)
        {
            double alongX = X1 - X0;
            double alongY = Y1 - Y0;
            double position = (((x - X0) * alongX) + ((y - Y0) * alongY)) / ((alongX * alongX) + (alongY * alongY));
            double t = Math.Clamp(position, 0, 1);
            double dx = x - (X0 + (t * alongX));
            double dy = y - (Y0 + (t * alongY));
            return (dx * dx) + (dy * dy);
        }
    }
}
