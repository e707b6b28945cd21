namespace Cluster.Coordinator.Model.Options;

/// <summary>Levels are shares of right images; drops are in points.</summary>
internal record ShareScale(MetricKind Metric, double Float32) : MetricScale(Metric, Float32)
{
    /// <inheritdoc/>
    public sealed override MetricUnit Unit => MetricUnit.Share;

    /// <inheritdoc/>
    public sealed override (string Noun, string Unit)? Percents => ("drop", "points");

    /// <inheritdoc/>
    public sealed override double UsualDrop => 0.005;

    /// <inheritdoc/>
    public sealed override string GainUnit => "points";

    /// <summary>Percentage points with at most two digits.</summary>
    public static string Points(double fraction)
    {
        // Adding 0 makes a negative zero positive.
        var points = Math.Round(100 * fraction, 2, MidpointRounding.AwayFromZero) + 0.0;
        return points.ToString("0.##");
    }

    /// <inheritdoc/>
    public sealed override (bool IsWithin, string Expected, string Advice) Check(double accepted) =>
        (accepted is >= 0 and < 1, "a fraction from 0 to below 1", "write 1% for one point");

    /// <inheritdoc/>
    public sealed override string Asked(JobOptions options)
    {
        var accepted = options.AcceptedDrop;
        var accuracy = options.Metric?.Title() ?? "accuracy";
        return options.MaxDropIsRelative == true ? $"{100 * accepted:0.###} % of FP32's {accuracy}"
            : $"{100 * accepted:0.###} {(accepted == 0.01 ? "point" : "points")} of FP32"
                + $"{(options.Metric is null ? string.Empty : $"'s {accuracy}")}";
    }

    /// <inheritdoc/>
    public sealed override string Drop(double drop) => Points(drop) is "1" ? "1 point" : $"{Points(drop)} points";

    /// <inheritdoc/>
    public sealed override string Short(double drop) => Points(drop);

    /// <inheritdoc/>
    public sealed override string GainFigure(double gain) => Signed(100 * gain, "0.00");

    /// <inheritdoc/>
    public sealed override string Level(double level) => $"{100 * Value(level):0.00} %";

    /// <inheritdoc/>
    public sealed override double? Percentage(double drop) => 100 * drop;

    /// <inheritdoc/>
    public sealed override double Height(double level) => Value(level);

    /// <inheritdoc/>
    public sealed override string Tick(double height, int decimals) => Fixed(100 * height, decimals - 2) + "%";

    /// <inheritdoc/>
    // In percent, rounded up at the third decimal, so that the plan really meets it.
    protected sealed override string Typed(double drop) => $"{Math.Ceiling((Math.Max(0, drop) * 100_000) - 1e-6) / 1000:0.###}%";

    /// <inheritdoc/>
    protected sealed override string Differs(double estimate, bool isLoss) =>
        $"{Drop(Math.Abs(estimate))} {(isLoss ? "less" : "more")} accurate than FP32";

    /// <inheritdoc/>
    protected sealed override string Difference(double drop) => $"{Drop(Math.Abs(drop))} {(drop > 0 ? "lower" : "higher")}";
}
