namespace Cluster.Reporting.Charts;

/// <summary>Places labels next to their marks, avoiding other marks and labels as far as there is room.</summary>
internal sealed class LabelPlacer
{
    private const double CharacterWidth = 6.7;
    private const double Height = 14;
    private readonly Box _area;
    private readonly List<Box> _taken = [];

    /// <summary>Labels stay within the area from (left, top) to (right, bottom).</summary>
    public LabelPlacer(double left, double top, double right, double bottom) => _area = new Box(left, top, right, bottom);

    /// <summary>Keeps labels off a mark.</summary>
    public void Reserve(double x, double y, double radius) => _taken.Add(new Box(x - radius, y - radius, x + radius, y + radius));

    /// <summary>Keeps labels off a level or upright line.</summary>
    public void Reserve((double X, double Y) from, (double X, double Y) to) => _taken.Add(
        new Box(Math.Min(from.X, to.X) - 1, Math.Min(from.Y, to.Y) - 1, Math.Max(from.X, to.X) + 1, Math.Max(from.Y, to.Y) + 1));

    /// <summary>
    /// Left end of the baseline of a label for the mark at (x, y): of the eight places around it, the one that covers the least.
    /// </summary>
    public (double X, double Y) Place(string text, double x, double y)
    {
        var width = text.Length * CharacterWidth;
        var best = new[]
        {
            (12, 4),
            (12, -12),
            (12, 20),
            (-12 - width, 4),
            (-12 - width, -12),
            (-12 - width, 20),
            (-width / 2, -16),
            (-width / 2, 26),
            (14, -34),
            (14, 42),
            (-14 - width, -34),
            (-14 - width, 42),
        }.Select(offset => At(x + offset.Item1, y + offset.Item2, width)).MinBy(box => _taken.Sum(box.Overlap));
        _taken.Add(best);
        return (best.Left, best.Bottom - 3);
    }

    private Box At(double x, double y, double width)
    {
        var left = Math.Clamp(x, _area.Left, Math.Max(_area.Left, _area.Right - width));
        var bottom = Math.Clamp(y + 3, _area.Top + Height, _area.Bottom);
        return new Box(left, bottom - Height, left + width, bottom);
    }

    private readonly record struct Box(double Left, double Top, double Right, double Bottom)
    {
        public double Overlap(Box other) =>
            Math.Max(0, Math.Min(Right, other.Right) - Math.Max(Left, other.Left)) * Math.Max(
                0, Math.Min(Bottom, other.Bottom) - Math.Max(Top, other.Top));
    }
}
