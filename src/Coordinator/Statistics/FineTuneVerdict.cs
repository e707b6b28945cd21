using System.Globalization;

namespace Cluster.Coordinator.Statistics;

/// <summary>
/// Whether a trained plan takes the place of the one it started from: where the paired interval on the evaluation
/// images says that it is better, or, where that is asked for, where it merely answered more of them rightly.
/// </summary>
/// <param name="Kept">Whether it does.</param>
/// <param name="Reason">One sentence, for people.</param>
public sealed record FineTuneVerdict(bool Kept, string Reason)
{
    private const double Confidence = 0.95;

    /// <summary>Judges by the images that the two answer differently.</summary>
    /// <param name="counts">The trained file against the plan's own.</param>
    /// <param name="file">What it is called.</param>
    /// <param name="keep">What it takes to be kept.</param>
    public static FineTuneVerdict Of(
        PairedCounts counts, string file = "the trained file", FineTuneKeep keep = FineTuneKeep.Significant)
    {
        var (low, high) = Gain(counts);
        string measured = string.Create(
            CultureInfo.InvariantCulture,
            $"{100 * -counts.Drop:+0.00;-0.00;0.00} points on {counts.Total} evaluation images, 95 % interval "
            + $"{100 * low:+0.00;-0.00;0.00} to {100 * high:+0.00;-0.00;0.00}");
        return (low > 0, counts.Gained > counts.Lost) switch
        {
            (true, _) => new FineTuneVerdict(true, $"{file} is better: {measured}"),
            (_, true) when keep == FineTuneKeep.Best =>
                new FineTuneVerdict(true, $"{file} did better, which may be chance: {measured}; it is kept as the best one was asked for"),
            _ => new FineTuneVerdict(false, $"{file} is not shown to be better: {measured}; the plan stays as it was"),
        };
    }

    /// <summary>The interval of the gain in top-1, as fractions.</summary>
    public static (double Low, double High) Gain(PairedCounts counts)
    {
        var drop = counts.DropInterval(Confidence);
        return (-drop.High, -drop.Low);
    }
}
