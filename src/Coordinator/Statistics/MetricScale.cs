namespace Cluster.Coordinator.Statistics;

/// <summary>
/// The meaning of a metric's losses for people. Decisions use the mean loss per sample, which is additive: a share of images for top-k,
/// nats for KL, noise over signal for SQNR, squared error for RMSE, the missing mAP, mIoU or strings (ADR 32), a command's own
/// number, negated for a score.
/// People read points, nats, decibels, a rise of RMSE, and the command's number.
/// </summary>
/// <param name="Metric">The metric.</param>
/// <param name="Float32">FP32's own level: its mean squared error for RMSE; otherwise unused.</param>
public sealed record MetricScale(MetricKind Metric, double Float32)
{
    /// <summary>A drop with its unit: "0.75 points", "0.013 nats", "23.1 dB", "1.2 % of FP32's RMSE".</summary>
    public string Drop(double drop) => Metric switch
    {
        MetricKind.OutputKl => $"{Significant(drop)} nats",
        MetricKind.OutputSqnr => $"{Decibels(drop)} dB",
        MetricKind.Rmse => $"{Percent(Rise(drop))} % of FP32's RMSE",
        MetricKind.Score or MetricKind.Loss => $"{Significant(drop)} of {Metric.Title()}",
        _ => DropWords.Points(drop) is "1" ? "1 point" : $"{DropWords.Points(drop)} points",
    };

    /// <summary>A drop in a sentence that has already named its unit: "0.75", but "0.013 nats".</summary>
    public string Short(double drop) => Metric.IsShare() ? DropWords.Points(drop) : Drop(drop);

    /// <summary>The largest possible loss: "at most 0.75 points", "at least 23.1 dB".</summary>
    public string AtMost(double drop) => $"at {(Metric == MetricKind.OutputSqnr ? "least" : "most")} {Drop(drop)}";

    /// <summary>The least possible loss: "at least 0.75 points", "at most 23.1 dB".</summary>
    public string AtLeast(double drop) => $"at {(Metric == MetricKind.OutputSqnr ? "most" : "least")} {Drop(drop)}";

    /// <summary>An interval of drops, from its smaller number to its larger one: "-0.65 to 1.89", "18.2 dB to 23.1 dB".</summary>
    public string Range(Interval drop) => Metric == MetricKind.OutputSqnr
        ? $"{Short(drop.High)} to {Short(Math.Max(0, drop.Low))}"
        : $"{Short(drop.Low)} to {Short(drop.High)}";

    /// <summary>An expected drop: "0.75 points", "0.013 nats", "no loss".</summary>
    public string Expected(double drop) =>
        Metric is MetricKind.OutputKl or MetricKind.OutputSqnr || (drop > 0 && Drop(drop) != Drop(0)) ? Drop(drop) : "no loss";

    /// <summary>A measured drop: "0.75 points lower", "as FP32", "1.2 % above FP32's RMSE".</summary>
    public string Measured(double drop) =>
        Metric is not (MetricKind.OutputKl or MetricKind.OutputSqnr) && Drop(Math.Abs(drop)) == Drop(0) ? "as FP32"
        : Metric.IsShare() ? $"{Drop(Math.Abs(drop))} {(drop > 0 ? "lower" : "higher")}"
        : Compare(new Interval(drop, drop), drop);

    /// <summary>
    /// A plan compared with FP32 in words that never call noise a gain or a loss: "0.75 points less accurate than FP32", "as accurate as
    /// FP32 within 1.31 points" (the largest possible loss), "0.013 nats from FP32".
    /// </summary>
    /// <param name="drop">An interval of the drop.</param>
    /// <param name="estimate">The drop.</param>
    public string Compare(Interval drop, double estimate) => Metric switch
    {
        MetricKind.OutputKl => $"{Drop(estimate)} from FP32",
        MetricKind.OutputSqnr => $"{Drop(estimate)} of SQNR to FP32",
        _ when drop.Low <= 0 && drop.High >= 0 => $"as accurate as FP32 within {Drop(drop.High)}",
        MetricKind.Rmse => $"{Percent(Math.Abs(Rise(estimate)))} % {(estimate > 0 ? "above" : "below")} FP32's RMSE",
        MetricKind.Score => $"{Significant(Math.Abs(estimate))} {(estimate > 0 ? "below" : "above")} FP32's score",
        MetricKind.Loss => $"{Significant(Math.Abs(estimate))} {(estimate > 0 ? "above" : "below")} FP32's loss",
        _ => $"{Drop(Math.Abs(estimate))} {(drop.Low > 0 ? "less" : "more")} accurate than FP32",
    };

    /// <summary>The same with the paired 95 % interval.</summary>
    public string Compare(PairedDrop drop) => Compare(drop.DropInterval(0.95), drop.Drop);

    /// <summary>
    /// By how much one plan is better than another, signed, with its unit: "+0.75 points", "-0.0130 nats"; noise over signal in percent for
    /// SQNR and squared error for RMSE, as decibels and roots are not additive.
    /// </summary>
    public string Gain(double gain) => $"{GainFigure(gain)} {GainUnit}";

    /// <summary>The unit of <see cref="GainFigure"/>.</summary>
    public string GainUnit => Metric switch
    {
        MetricKind.OutputKl => "nats",
        MetricKind.OutputSqnr => "% of the signal's power",
        MetricKind.Rmse => "of squared error",
        MetricKind.Score or MetricKind.Loss => $"of {Metric.Title()}",
        _ => "points",
    };

    /// <summary>The number of <see cref="Gain"/> alone.</summary>
    public string GainFigure(double gain) => Metric switch
    {
        MetricKind.OutputKl => Signed(gain, "0.0000"),
        MetricKind.OutputSqnr => Signed(100 * gain, "0.000"),
        MetricKind.Rmse or MetricKind.Score or MetricKind.Loss => (gain > 0 ? "+" : string.Empty) + Significant(gain),
        _ => Signed(100 * gain, "0.00"),
    };

    /// <summary>The bound that a drop is just within, as it is typed: "--max-drop 1.25%", "--max-drop 18.2dB".</summary>
    public string Bound(double drop) => JobLimits.MaxDrop.Name + Metric switch
    {
        MetricKind.OutputKl => $" {Math.Ceiling((drop * 1e4) - 1e-6) / 1e4:0.####}",
        MetricKind.OutputSqnr => $" {Math.Floor((Sqnr(drop) * 100) + 1e-6) / 100:0.##}dB",
        MetricKind.Rmse => $" {Math.Ceiling((Math.Max(0, Rise(drop)) * 1e5) - 1e-6) / 1e3:0.###}%",

        // Rounded up at the sixth decimal, as below.
        MetricKind.Score or MetricKind.Loss => $" {Math.Ceiling((Math.Max(0, drop) * 1e6) - 1e-6) / 1e6:0.######}",

        // In percent, rounded up at the third decimal, so that the plan really meets it.
        _ => $" {Math.Ceiling((Math.Max(0, drop) * 100_000) - 1e-6) / 1000:0.###}%",
    };

    /// <summary>A level, <see cref="Work.AccuracyResult.Level"/>, in its unit: a share, nats, decibels, RMSE or mAP.</summary>
    public static double Value(MetricKind metric, double level) => metric switch
    {
        MetricKind.OutputSqnr => Sqnr(level),
        MetricKind.Rmse => Math.Sqrt(level),
        MetricKind.Score => 0 - level,
        _ when metric.IsMissingShare() => Math.Clamp(1 - level, 0, 1),
        _ => level,
    };

    /// <summary>The level of a <see cref="Value"/>; null stands for an infinite one.</summary>
    public static double LevelOf(MetricKind metric, double? value) => (metric, value) switch
    {
        (MetricKind.OutputSqnr, { } decibels) => Math.Pow(10, -decibels / 10),
        (MetricKind.OutputSqnr, null) => 0,
        (_, null) => double.PositiveInfinity,
        (MetricKind.Rmse, { } root) => root * root,
        (MetricKind.Score, { } score) => 0 - score,
        (_, { } share) when metric.IsMissingShare() => 1 - share,
        (_, { } level) => level,
    };

    /// <summary>A level in the form for people, if it is a loss: "0.0131 nats", "23.1 dB", "0.0812".</summary>
    public static string Level(MetricKind metric, double level) => metric switch
    {
        MetricKind.OutputSqnr => $"{Decibels(level)} dB",
        MetricKind.Rmse => Significant(Math.Sqrt(level)),
        MetricKind.Score or MetricKind.Loss => Significant(Value(metric, level)),
        _ when metric.IsMissingShare() => $"{100 * Value(metric, level):0.00} %",
        _ => $"{Significant(level)} nats",
    };

    /// <summary>
    /// A drop relative to FP32 in percent: points of images or of mAP, or the rise of RMSE; null if FP32 has no own level.
    /// </summary>
    public double? Percentage(double drop) => Metric switch
    {
        MetricKind.Rmse => 100 * Rise(drop),
        _ when Metric.IsShare() => 100 * drop,
        _ => null,
    };

    /// <summary>Decibels of a mean noise over signal; infinite without noise.</summary>
    public static double Sqnr(double noise) => -10 * Math.Log10(noise);

    private static string Decibels(double noise) =>
        noise > 0 ? Sqnr(noise).ToString("0.0") : "∞";

    private static string Percent(double share) => (100 * share).ToString("0.##");

    private static string Significant(double value) => value.ToString("G3");

    private static string Signed(double value, string format) =>
        value.ToString($"+{format};-{format};{format}");

    private double Rise(double drop) => Float32 > 0 ? Math.Sqrt(Math.Max(0, 1 + (drop / Float32))) - 1
        : drop > 0 ? double.PositiveInfinity
        : 0;
}

/// <summary>Formats shares of images for people.</summary>
public static class DropWords
{
    /// <summary>Percentage points with at most two digits.</summary>
    public static string Points(double fraction)
    {
        // Adding 0 makes a negative zero positive.
        var points = Math.Round(100 * fraction, 2, MidpointRounding.AwayFromZero) + 0.0;
        return points.ToString("0.##");
    }
}
