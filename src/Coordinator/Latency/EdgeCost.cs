namespace Cluster.Coordinator.Latency;

/// <summary>
/// What a tensor costs where its producer and a consumer differ in precision. However many consumers differ, it is
/// converted once.
/// </summary>
internal sealed class EdgeCost
{
    private readonly int _from;
    private readonly int[] _to;
    private readonly double _quantizeMs;
    private readonly double _dequantizeMs;
    private readonly string _tensor;

    public EdgeCost(int from, int to, string tensor, double quantizeMs, double dequantizeMs)
        : this(from, [to], tensor, quantizeMs, dequantizeMs)
    {
    }

    private EdgeCost(int from, int[] to, string tensor, double quantizeMs, double dequantizeMs)
    {
        _from = from;
        _to = to;
        _tensor = tensor;
        _quantizeMs = quantizeMs;
        _dequantizeMs = dequantizeMs;
    }

    public static EdgeCost[] MergeByTensor(IEnumerable<EdgeCost> edges) =>
    [
        .. edges
            .GroupBy(edge => (edge._from, edge._tensor))
            .Select(same => new EdgeCost(
                same.Key._from,
                [.. same.SelectMany(edge => edge._to)],
                same.Key._tensor,
                same.Max(edge => edge._quantizeMs),
                same.Max(edge => edge._dequantizeMs))),
    ];

    public double Ms(IReadOnlyList<bool> int8)
    {
        var producer = _from >= 0 && int8[_from];
        foreach (var to in _to)
        {
            var consumer = to < int8.Count && int8[to];
            if (consumer != producer)
            {
                return producer ? _dequantizeMs : _quantizeMs;
            }
        }

        return 0;
    }
}
