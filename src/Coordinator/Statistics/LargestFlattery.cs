namespace Cluster.Coordinator.Statistics;

/// <summary>
/// By how many standard errors chance flatters the luckiest of several plans that were measured on the same images: the distribution of
/// the largest of their standardized errors (max-t: Romano and Wolf 2005), by <see cref="RandomHalves"/>. One plan by itself is flattered
/// by nothing on average, the luckiest of several by the more, the more they are and the less they have in common.
/// </summary>
internal sealed class LargestFlattery
{
    private readonly double[] _sorted = new double[HalvedDrop.Draws];

    public LargestFlattery(IReadOnlyCollection<HalvedDrop> plans)
    {
        // A plan that answers like FP32 on every image has no error that could flatter it.
        var uncertain = plans.Where(plan => plan.Counts.StandardError > 0).ToArray();
        for (var draw = 0; draw < _sorted.Length && uncertain.Length > 0; draw++)
        {
            _sorted[draw] = uncertain.Max(plan => plan.Flattery(draw) / plan.Counts.StandardError);
        }

        Mean = Math.Max(0, _sorted.Average());
        Array.Sort(_sorted);
    }

    /// <summary>Its mean, at least 0.</summary>
    public double Mean { get; }

    /// <summary>What it stays within with this probability, in (0, 1), at least what a single normal error does.</summary>
    public double Quantile(double probability) => Math.Max(
        Normal.Quantile(probability),
        _sorted[Math.Clamp((int)Math.Ceiling(probability * _sorted.Length) - 1, 0, _sorted.Length - 1)]);
}
