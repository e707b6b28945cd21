namespace Cluster.Coordinator.Statistics;

/// <summary>
/// By how many standard errors chance favours the luckiest of several plans measured on the same images: the distribution of the largest of
/// their standardized errors (max-t: Romano and Wolf 2005), by <see cref="RandomHalves"/>. A single plan has no advantage on average; the
/// luckiest of several has more, the more plans there are and the less they have in common.
/// </summary>
internal sealed class LargestFlattery
{
    private readonly double[] _largest;
    private double[]? _sorted;
    private bool _isEmpty;

    public LargestFlattery(IEnumerable<HalvedDrop> plans)
    {
        (_largest, _isEmpty) = (new double[HalvedDrop.Draws], true);
        foreach (var plan in plans)
        {
            Add(plan);
        }
    }

    private LargestFlattery(LargestFlattery other) => (_largest, _isEmpty) = ([.. other._largest], other._isEmpty);

    /// <summary>Adds a plan; the cost does not depend on the number of plans.</summary>
    public void Add(HalvedDrop plan)
    {
        // A plan that answers like FP32 on every image has no error that could favour it.
        if (plan.Counts.StandardError is not (> 0 and var error))
        {
            return;
        }

        for (var draw = 0; draw < _largest.Length; draw++)
        {
            var flattery = plan.Flattery(draw) / error;
            _largest[draw] = _isEmpty ? flattery : Math.Max(_largest[draw], flattery);
        }

        (_isEmpty, _sorted) = (false, null);
    }

    /// <summary>The same with one more plan.</summary>
    public LargestFlattery With(HalvedDrop plan)
    {
        var more = new LargestFlattery(this);
        more.Add(plan);
        return more;
    }

    /// <summary>The bound that it does not exceed with this probability, in (0, 1); at least that of a single normal error.</summary>
    public double Quantile(double probability)
    {
        _sorted ??= [.. _largest.Order()];
        var place = Math.Clamp((int)Math.Ceiling(probability * _sorted.Length) - 1, 0, _sorted.Length - 1);
        return Math.Max(Normal.Quantile(probability), _sorted[place]);
    }
}
