namespace Cluster.Coordinator.Statistics;

/// <summary>
/// Plans' drops from two sources: the measured drop, and the drop that goes with the plan's divergence from FP32, which every image tells
/// without a label. A drop's prior is normal: β times the divergence, uncertain by a share of it and by β's own error; its measurement is
/// normal, too. β is fitted to all plans measured so far by weighted least squares through the origin; as they share images, its error is
/// that of the one that tells most. ADR 20 has what this decides on drawn and on recorded networks.
/// </summary>
internal sealed class DropPosterior
{
    /// <summary>The confidence at which a posterior decides on a plan.</summary>
    public const double Confidence = 0.8;

    // The square of the least uncertainty of a drop predicted by a divergence, as a share of it: few labels hardly tell that it is smaller.
    private const double LeastSpread = 1;

    private readonly List<(double Drop, double Divergence, double Variance)> _plans;
    private (double Slope, double Variance, double Spread)? _line;

    public DropPosterior() => _plans = [];

    private DropPosterior(DropPosterior other) => _plans = [.. other._plans];

    /// <summary>Counts one more plan.</summary>
    /// <param name="measured">Its drop.</param>
    /// <param name="divergence">Its <see cref="Work.AccuracyResult.Witness"/>.</param>
    public void Add(PairedDrop measured, double? divergence)
    {
        if (IsInformative(measured, divergence, out var nats))
        {
            _plans.Add((measured.Drop, nats, VarianceOf(measured)));
            _line = null;
        }
    }

    /// <summary>The same with one more plan.</summary>
    public DropPosterior With(PairedDrop measured, double? divergence)
    {
        var more = new DropPosterior(this);
        more.Add(measured, divergence);
        return more;
    }

    /// <summary>The mean and the standard deviation of a plan's true drop.</summary>
    /// <param name="measured">Its measured drop.</param>
    /// <param name="divergence">Its <see cref="Work.AccuracyResult.Witness"/>.</param>
    /// <param name="share">The share of images measured of those that the standard deviation is for, in (0, 1].</param>
    public (double Mean, double Error) Of(PairedDrop measured, double? divergence, double share = 1)
    {
        if (_plans.Count == 0 || !IsInformative(measured, divergence, out var nats))
        {
            return (measured.Drop, measured.StandardError * Math.Sqrt(share));
        }

        var line = _line ??= Fitted();
        var predicted = line.Slope * nats;
        var prior = (line.Spread * predicted * predicted) + (nats * nats * line.Variance);
        var variance = VarianceOf(measured) * share;
        var sum = prior + variance;
        return (((measured.Drop * prior) + (predicted * variance)) / sum, Math.Sqrt(prior * variance / sum));
    }

    // The spread is what the plans' distances from the line have beyond the errors of their measurements (method of moments: DerSimonian
    // and Laird 1986), with the least one as known from as much as one such distance.
    private (double Slope, double Variance, double Spread) Fitted()
    {
        double products = 0, squares = 0, least = double.PositiveInfinity;
        foreach (var (drop, divergence, variance) in _plans)
        {
            products += divergence * drop / variance;
            squares += divergence * divergence / variance;
            least = Math.Min(least, variance / (divergence * divergence));
        }

        var slope = Math.Max(0, products / squares);
        double distances = 1 - _plans.Count, expected = 0;
        foreach (var (drop, divergence, variance) in _plans)
        {
            var weight = divergence * divergence / variance;
            distances += Math.Pow(drop - (slope * divergence), 2) / variance;
            expected += slope * slope * weight * (1 - (weight / squares));
        }

        return (slope, least, Math.Max(LeastSpread, (LeastSpread + distances) / (1 + expected)));
    }

    // A plan that answers like FP32 on every sample loses nothing. Without the labels that settle it, a drop is the most that it can be.
    private static bool IsInformative(PairedDrop measured, double? divergence, out double nats)
    {
        nats = divergence ?? 0;
        return measured.StandardError > 0 && nats > 0 && double.IsFinite(nats) && measured is not PairedCounts { Open: > 0 };
    }

    // Few images may happen to change in one direction alone: their count is uncertain by half an image at least.
    private static double VarianceOf(PairedDrop measured)
    {
        var least = 0.5 / measured.Total;
        return (measured.StandardError * measured.StandardError) + (least * least);
    }
}
