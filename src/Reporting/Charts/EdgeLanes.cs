namespace Cluster.Reporting.Charts;

/// <summary>One lane beside the groups, for what one group hands to groups after the next.</summary>
/// <param name="From">The group that hands it on.</param>
/// <param name="Readers">The groups that read it, in order; at least one.</param>
/// <param name="Number">0 is next to the groups.</param>
internal sealed record EdgeLane(int From, IReadOnlyList<int> Readers, int Number)
{
    /// <summary>Its last reader.</summary>
    public int Last => Readers[^1];
}

/// <summary>Places the edges that pass over groups in lanes, in which none lies over another; short ones are next to the groups.</summary>
internal static class EdgeLanes
{
    /// <summary>One lane per group with such an edge.</summary>
    public static IReadOnlyList<EdgeLane> Of(SearchSpace space)
    {
        var taken = new List<List<EdgeLane>>();
        foreach (var edges in space.Edges
            .Where(edge => edge.From >= 0 && edge.To > edge.From + 1 && edge.To < space.Groups.Count)
            .GroupBy(edge => edge.From)
            .OrderBy(edges => edges.Max(edge => edge.To) - edges.Key)
            .ThenBy(edges => edges.Key))
        {
            int[] readers = [.. edges.Select(edge => edge.To).Distinct().Order()];
            int free = taken.FindIndex(lane => lane.TrueForAll(other => other.Last <= edges.Key || other.From >= readers[^1]));
            if (free < 0)
            {
                free = taken.Count;
                taken.Add([]);
            }

            taken[free].Add(new EdgeLane(edges.Key, readers, free));
        }

        return [.. taken.SelectMany(lane => lane)];
    }
}
