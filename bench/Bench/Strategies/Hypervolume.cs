using Cluster.Coordinator.Search.Strategies.Fronts;

namespace Cluster.Bench.Strategies;

/// <summary>The area that a set of plans dominates, in time and in lost images, beside that of all plans there are.</summary>
internal sealed class Hypervolume
{
    private readonly (double Time, double Drop) _reference;

    /// <param name="all">Every point there is.</param>
    public Hypervolume(IReadOnlyList<(double Time, double Drop)> all)
    {
        _reference = DominatedArea.ReferenceOf(all);
        Optimum = Of(all);
    }

    /// <summary>The area of all points.</summary>
    public double Optimum { get; }

    /// <summary>The area of some points.</summary>
    public double Of(IEnumerable<(double Time, double Drop)> points)
    {
        var area = new DominatedArea(_reference);
        foreach (var point in points)
        {
            area.Add(point);
        }

        return area.Area;
    }
}
