namespace Cluster.Coordinator.Latency;

/// <summary>
/// The cost of a tensor whose producer and consumers differ in format. It is converted to each format once, for any number of consumers.
/// The network's input and output have the baseline's format.
/// </summary>
internal sealed class EdgeCost
{
    private const int Baseline = 0;

    private readonly int _from;
    private readonly int[] _to;
    private readonly double[][] _ms; // by the producer's format and the consumer's
    private readonly string _tensor;
    private readonly Dictionary<int, int> _times;

    private EdgeCost(int from, int[] to, string tensor, double[][] ms)
    {
        _from = from;
        _to = to;
        _tensor = tensor;
        _ms = ms;
        _times = to.CountBy(group => group).ToDictionary();
    }

    /// <summary>Index of the producing group, or -1 for the network's input.</summary>
    public int Producer => _from;

    /// <summary>Indices of the consuming groups, with repeats; the number of groups for the network's output.</summary>
    public IReadOnlyList<int> Consumers => _to;

    /// <summary>An upper bound of its cost in any plan.</summary>
    public double Most => _ms.SelectMany(ms => ms).Sum(Math.Abs);

    /// <summary>The cost of a profiled edge. Two formats that were not profiled together are converted via the baseline.</summary>
    public static EdgeCost Of(GroupEdge edge, EdgeProfile profile, FormatCatalog formats) => new(
        edge.From,
        [edge.To],
        edge.Tensor,
        [.. formats.All.Select(from => formats.All.Select(to => from == to ? 0 : profile.ConversionMs(from, to)).ToArray())]);

    public static EdgeCost[] MergeByTensor(IEnumerable<EdgeCost> edges) =>
    [
        .. edges
            .GroupBy(edge => (edge._from, edge._tensor))
            .Select(same => new EdgeCost(
                same.Key._from,
                [.. same.SelectMany(edge => edge._to)],
                same.Key._tensor,
                same.Select(edge => edge._ms).Aggregate(Max))),
    ];

    /// <summary>The same edge at a multiple of the cost.</summary>
    public EdgeCost Times(double factor) => new(_from, _to, _tensor, [.. _ms.Select(from => from.Select(ms => ms * factor).ToArray())]);

    public double Ms(IReadOnlyList<int> formats)
    {
        var producer = _from >= 0 ? formats[_from] : Baseline;
        var ms = 0.0;
        for (var i = 0; i < _to.Length; i++)
        {
            var consumer = Consumer(formats, i);
            if (consumer != producer && IsFirst(formats, i, consumer))
            {
                ms += _ms[producer][consumer];
            }
        }

        return ms;
    }

    /// <summary>How often a group consumes the tensor.</summary>
    public int TimesAt(int group) => _times.GetValueOrDefault(group);

    /// <summary>The cost for a producer's format and a number of consumers per format.</summary>
    public double Ms(int producer, ReadOnlySpan<int> consumers)
    {
        var ms = 0.0;
        for (var format = 0; format < consumers.Length; format++)
        {
            if (format != producer && consumers[format] > 0)
            {
                ms += _ms[producer][format];
            }
        }

        return ms;
    }

    private static double[][] Max(double[][] first, double[][] second) =>
        [.. first.Zip(second, (from, other) => from.Zip(other, Math.Max).ToArray())];

    private int Consumer(IReadOnlyList<int> formats, int index) => _to[index] < formats.Count ? formats[_to[index]] : Baseline;

    private bool IsFirst(IReadOnlyList<int> formats, int index, int consumer)
    {
        for (var i = 0; i < index; i++)
        {
            if (Consumer(formats, i) == consumer)
            {
                return false;
            }
        }

        return true;
    }
}
