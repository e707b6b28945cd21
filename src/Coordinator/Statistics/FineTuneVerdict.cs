namespace Cluster.Coordinator.Statistics;

/// <summary>
/// Whether a trained plan replaces the one it started from: if the paired interval on the evaluation images shows that it is better.
/// </summary>
/// <param name="Kept">Whether it replaces it.</param>
/// <param name="Reason">One sentence, for people.</param>
public sealed record FineTuneVerdict(bool Kept, string Reason)
{
    private const double Confidence = 0.95;

    /// <summary>Judges by the images that the two answer differently.</summary>
    /// <param name="counts">The trained file against the plan's own.</param>
    /// <param name="file">Its name in sentences.</param>
    /// <param name="scale">The meaning of losses; null: images right by top-1.</param>
    public static FineTuneVerdict Of(PairedDrop counts, string file = "the trained file", MetricScale? scale = null)
    {
        scale ??= new MetricScale(MetricKind.Top1, 0);
        var (low, high) = Gain(counts);
        string measured = $"{scale.Gain(-counts.Drop)} on {counts.Total} evaluation images, 95 % interval "
            + $"{scale.GainFigure(low)} to {scale.GainFigure(high)}";
        return low > 0
            ? new FineTuneVerdict(true, $"{file} is better: {measured}")
            : new FineTuneVerdict(false, $"{file} is not shown to be better: {measured}; the plan stays as it was");
    }

    /// <summary>The interval of the gain, on the metric's scale.</summary>
    public static (double Low, double High) Gain(PairedDrop counts)
    {
        var drop = counts.DropInterval(Confidence);
        return (-drop.High, -drop.Low);
    }
}
