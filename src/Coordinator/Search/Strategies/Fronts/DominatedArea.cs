namespace Cluster.Coordinator.Search.Strategies.Fronts;

/// <summary>
/// The area that points dominate, in two coordinates to be minimised, up to a reference point (the hypervolume of Zitzler and Thiele 1998).
/// </summary>
/// <param name="reference">A point that is not better than it in both coordinates dominates nothing.</param>
public sealed class DominatedArea((double Time, double Drop) reference)
{
    private const double Beyond = 0.1;

    // Lowest time first; each has a lower drop than the one before it.
    private readonly List<(double Time, double Drop)> _front = [];

    /// <summary>
    /// The reference point for a front: its worst in each coordinate plus a tenth of its extent, so that its ends count too.
    /// </summary>
    /// <param name="points">At least one; dominated points do not matter.</param>
    public static (double Time, double Drop) ReferenceOf(IEnumerable<(double Time, double Drop)> points)
    {
        var all = new DominatedArea((double.PositiveInfinity, double.PositiveInfinity));
        foreach (var point in points)
        {
            all.Add(point);
        }

        var (first, last) = (all._front[0], all._front[^1]);
        return (last.Time + (Beyond * (last.Time - first.Time)), first.Drop + (Beyond * (first.Drop - last.Drop)));
    }

    /// <summary>The area of all points so far.</summary>
    public double Area => _front.Select((point, i) => (TimeAfter(i) - point.Time) * (reference.Drop - point.Drop)).Sum();

    /// <summary>By how much a point would enlarge the area, 0 and up.</summary>
    public double Gain((double Time, double Drop) point)
    {
        if (point.Time >= reference.Time || point.Drop >= reference.Drop)
        {
            return 0;
        }

        // Between the times of the front's points, the area below the last earlier one is free.
        var gain = 0.0;
        var (from, ceiling) = (point.Time, reference.Drop);
        foreach (var (time, drop) in _front)
        {
            if (time > from)
            {
                gain += (time - from) * Math.Max(0, ceiling - point.Drop);
                from = time;
            }

            ceiling = drop;
            if (ceiling <= point.Drop)
            {
                return gain;
            }
        }

        return gain + ((reference.Time - from) * (ceiling - point.Drop));
    }

    /// <summary>Adds a point.</summary>
    public void Add((double Time, double Drop) point)
    {
        if (point.Time >= reference.Time || point.Drop >= reference.Drop
            || _front.Any(other => other.Time <= point.Time && other.Drop <= point.Drop))
        {
            return;
        }

        _front.RemoveAll(other => other.Time >= point.Time && other.Drop >= point.Drop);
        var place = _front.FindIndex(other => other.Time > point.Time);
        _front.Insert(place < 0 ? _front.Count : place, point);
    }

    private double TimeAfter(int index) => index + 1 < _front.Count ? _front[index + 1].Time : reference.Time;
}
