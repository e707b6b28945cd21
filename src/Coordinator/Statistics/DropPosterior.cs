namespace Cluster.Coordinator.Statistics;

/// <summary>
/// Plans' drops from two sources: the measured drop, and the drop that goes with the plan's divergence from FP32, which every sample tells
/// without a label. A drop's prior is normal: β times the divergence, uncertain by as much again and by β's own error; its measurement is
/// normal, too. β is fitted to all plans measured so far by weighted least squares through the origin; as they share samples, its error is
/// that of the one that tells most. ADR 20 has what this decides on drawn and on recorded networks.
/// </summary>
internal sealed class DropPosterior
{
    /// <summary>The confidence at which a posterior decides on a plan.</summary>
    public const double Confidence = 0.8;

    // The uncertainty of a drop predicted by a divergence, as a share of it.
    private const double PredictionError = 1;

    private double _products;
    private double _squares;
    private double _variance = double.PositiveInfinity;

    /// <summary>Counts one more plan.</summary>
    /// <param name="measured">Its drop.</param>
    /// <param name="divergence">Its mean divergence from FP32, as <see cref="Work.AccuracyResult.Kl"/>.</param>
    public void Add(PairedDrop measured, double divergence)
    {
        if (!IsInformative(measured, divergence))
        {
            return;
        }

        var variance = VarianceOf(measured);
        _products += divergence * measured.Drop / variance;
        _squares += divergence * divergence / variance;
        _variance = Math.Min(_variance, variance / (divergence * divergence));
    }

    /// <summary>The same with one more plan.</summary>
    public DropPosterior With(PairedDrop measured, double divergence)
    {
        var more = (DropPosterior)MemberwiseClone();
        more.Add(measured, divergence);
        return more;
    }

    /// <summary>The mean and the standard deviation of a plan's true drop.</summary>
    /// <param name="measured">Its measured drop.</param>
    /// <param name="divergence">Its divergence.</param>
    /// <param name="share">The share of images measured of those that the standard deviation is for, in (0, 1].</param>
    public (double Mean, double Error) Of(PairedDrop measured, double divergence, double share = 1)
    {
        if (!IsInformative(measured, divergence) || _squares == 0)
        {
            return (measured.Drop, measured.StandardError * Math.Sqrt(share));
        }

        var predicted = Math.Max(0, _products / _squares) * divergence;
        var prior = Math.Pow(PredictionError * predicted, 2) + (divergence * divergence * _variance);
        var variance = VarianceOf(measured) * share;
        var sum = prior + variance;
        return (((measured.Drop * prior) + (predicted * variance)) / sum, Math.Sqrt(prior * variance / sum));
    }

    // A plan that answers like FP32 on every sample loses nothing. Without the labels that settle it, a drop is the most that it can be.
    private static bool IsInformative(PairedDrop measured, double divergence) =>
        measured.StandardError > 0 && divergence > 0 && double.IsFinite(divergence) && measured is not PairedCounts { Open: > 0 };

    // Few images may happen to change in one direction alone: their count is uncertain by half an image at least.
    private static double VarianceOf(PairedDrop measured)
    {
        var least = measured is PairedCounts ? 0.5 / measured.Total : 0;
        return (measured.StandardError * measured.StandardError) + (least * least);
    }
}
