using Cluster.Kernels.Graphs.Groups;

namespace Cluster.Bench.Jobs;

/// <summary>Plans as somebody makes them who knows networks: ends, halves, kinds of layers and turns in FP32.</summary>
internal static class HandMade
{
    /// <summary>Different plans, a character a group: 8 for INT8, . for FP32.</summary>
    public static IReadOnlyList<string> Plans(GroupedGraph graph)
    {
        int count = graph.Groups.Count;
        bool[] depthwise = [.. graph.Groups.Select(group => group.Nodes.Any(node => node.Attributes.TryGetValue("group", out var value)
            && value.Int > 1))];
        IEnumerable<Func<int, bool>> float32 =
        [
            _ => false,
            .. Enumerable.Range(1, 6).Select(head => (Func<int, bool>)(group => group < head)),
            .. Enumerable.Range(1, 3).Select(tail => (Func<int, bool>)(group => group >= count - tail)),
            .. Enumerable.Range(1, 4).Select(head => (Func<int, bool>)(group => group < head || group == count - 1)),
            group => group < count / 2,
            group => group >= count / 2,
            group => depthwise[group],
            group => !depthwise[group],
            group => depthwise[group] || group == 0,
            group => group % 2 == 0,
            group => group % 2 == 1,
            group => group % 4 < 2,
            group => group == 1,
            group => group is 1 or 2,
        ];
        return [.. float32.Select(isFloat32 => string.Concat(Enumerable.Range(0, count).Select(group => isFloat32(group) ? '.' : '8')))
            .Distinct(StringComparer.Ordinal)];
    }
}
