namespace Cluster.Coordinator.Latency;

/// <summary>
/// Predictions for a sequence of plans, each differing in one group: a step costs only that group's edges. The sums are in another order
/// than in <see cref="LatencyModel.Predict(IReadOnlyList{int})"/>, and differ by at most <see cref="Error"/>.
/// </summary>
internal sealed class LatencyWalk
{
    // Nine times the rounding of one addition, relative to what is added to.
    private const double Rounding = 1e-15;

    private readonly double[][] _ms; // by format and group
    private readonly EdgeCost[] _edges;
    private readonly double _edgeFactor;
    private readonly int[][] _touched; // by group: edges, one for each end there
    private readonly int[] _formats;
    private readonly int[] _counts; // by edge and format: consumers
    private readonly double _error;
    private double _sum;

    /// <param name="ms">Milliseconds by format and group.</param>
    /// <param name="edges">The costs of changes of format.</param>
    /// <param name="edgeFactor">The factor for edges.</param>
    public LatencyWalk(double[][] ms, EdgeCost[] edges, double edgeFactor)
    {
        (_ms, _edges, _edgeFactor) = (ms, edges, edgeFactor);
        var count = ms[0].Length;
        var touched = Enumerable.Range(0, count).Select(_ => new List<int>()).ToArray();
        for (var i = 0; i < edges.Length; i++)
        {
            foreach (var group in edges[i].Consumers.Append(edges[i].Producer).Where(end => end >= 0 && end < count))
            {
                touched[group].Add(i);
            }
        }

        _touched = [.. touched.Select(of => of.Distinct().ToArray())];
        _formats = new int[count];
        _counts = new int[edges.Length * ms.Length];

        // The number of additions from a plan to one that differs in every group, and the largest sum on the way.
        double additions = (3 * count) + (2.0 * ms.Length * (edges.Length + _touched.Sum(of => of.Length)));
        var largest = Enumerable.Range(0, count).Sum(group => ms.Max(format => Math.Abs(format[group])))
            + edges.Sum(edge => Math.Abs(edgeFactor) * edge.Most);
        _error = Rounding * additions * largest;
    }

    /// <summary>
    /// The largest difference of <see cref="Ms"/> from the model's own prediction, if every group changed its format once since
    /// <see cref="Begin"/>.
    /// </summary>
    public double Error => Others.Select(other => other.Error).Append(_error).Max();

    /// <summary>Predicted milliseconds of a run of the current plan.</summary>
    public double Ms => Others.Length == 0 ? _sum : Math.Max(_sum, Others.Max(other => other.Ms));

    /// <summary>The same walk by the models of other kinds of machines: the slowest counts.</summary>
    public LatencyWalk[] Others { get; init; } = [];

    /// <summary>Starts at a plan.</summary>
    public void Begin(IReadOnlyList<int> formats)
    {
        foreach (var other in Others)
        {
            other.Begin(formats);
        }

        Array.Clear(_counts);
        _sum = 0;
        for (var group = 0; group < _formats.Length; group++)
        {
            _formats[group] = formats[group];
            _sum += _ms[formats[group]][group];
        }

        for (var i = 0; i < _edges.Length; i++)
        {
            foreach (var consumer in _edges[i].Consumers)
            {
                Counts(i)[FormatOf(consumer)]++;
            }

            _sum += EdgeMs(i);
        }
    }

    /// <summary>Changes a group's format.</summary>
    public void Set(int group, int format)
    {
        foreach (var other in Others)
        {
            other.Set(group, format);
        }

        var before = _formats[group];
        _sum += _ms[format][group] - _ms[before][group];
        foreach (var i in _touched[group])
        {
            _sum -= EdgeMs(i);
        }

        _formats[group] = format;
        foreach (var i in _touched[group])
        {
            var times = _edges[i].TimesAt(group);
            Counts(i)[before] -= times;
            Counts(i)[format] += times;
            _sum += EdgeMs(i);
        }
    }

    private int FormatOf(int end) => end >= 0 && end < _formats.Length ? _formats[end] : 0;

    private Span<int> Counts(int edge) => _counts.AsSpan(edge * _ms.Length, _ms.Length);

    private double EdgeMs(int edge) => _edgeFactor * _edges[edge].Ms(FormatOf(_edges[edge].Producer), Counts(edge));
}
