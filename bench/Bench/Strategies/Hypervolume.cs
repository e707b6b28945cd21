namespace Cluster.Bench.Strategies;

/// <summary>
/// The area that a set of plans dominates, in time and in lost images, both to be small (Zitzler and Thiele 1998). The reference point is
/// the worst of the optimal front in each, and a tenth of the front's extent worse, so that its ends count too.
/// </summary>
internal sealed class Hypervolume
{
    private const double Beyond = 0.1;
    private readonly double _time;
    private readonly double _drop;

    /// <param name="all">Every point there is.</param>
    public Hypervolume(IReadOnlyList<(double Time, double Drop)> all)
    {
        var front = Front(all);
        _time = front[^1].Time + (Beyond * (front[^1].Time - front[0].Time));
        _drop = front[0].Drop + (Beyond * (front[0].Drop - front[^1].Drop));
        Optimum = Of(all);
    }

    /// <summary>The area of all points.</summary>
    public double Optimum { get; }

    /// <summary>The area of some points.</summary>
    public double Of(IEnumerable<(double Time, double Drop)> points)
    {
        var front = Front(points.Where(point => point.Time < _time && point.Drop < _drop));
        double area = 0;
        for (int i = 0; i < front.Count; i++)
        {
            area += ((i + 1 < front.Count ? front[i + 1].Time : _time) - front[i].Time) * (_drop - front[i].Drop);
        }

        return area;
    }

    // Fastest first; each loses less than the one before it.
    private static List<(double Time, double Drop)> Front(IEnumerable<(double Time, double Drop)> points)
    {
        var front = new List<(double Time, double Drop)>();
        foreach (var point in points.Order())
        {
            if (front.Count == 0 || point.Drop < front[^1].Drop)
            {
                front.Add(point);
            }
        }

        return front;
    }
}
