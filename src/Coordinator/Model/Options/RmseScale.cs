namespace Cluster.Coordinator.Model.Options;

/// <summary>Levels are mean squared errors, of which people read the roots; drops are rises of FP32's root.</summary>
internal sealed record RmseScale(MetricKind Metric, double Float32) : MetricScale(Metric, Float32)
{
    /// <inheritdoc/>
    public override MetricUnit Unit => MetricUnit.Number;

    /// <inheritdoc/>
    public override (string Noun, string Unit)? Percents => ("rise", "%");

    /// <inheritdoc/>
    public override double UsualDrop => 0.01;

    /// <inheritdoc/>
    public override string GainUnit => "of squared error";

    /// <inheritdoc/>
    // Of squared errors: an RMSE of (1 + r) that of FP32.
    public override double LargestDrop(double accepted, bool isRelative) => Float32 * (Math.Pow(1 + accepted, 2) - 1);

    /// <inheritdoc/>
    public override (bool IsWithin, string Expected, string Advice) Check(double accepted) =>
        (accepted is >= 0 and <= 100, "a share of FP32's RMSE from 0", "1% is usual");

    /// <inheritdoc/>
    public override string Asked(JobOptions options) => $"{100 * options.AcceptedDrop:0.###} % above FP32's RMSE";

    /// <inheritdoc/>
    public override string Drop(double drop) => $"{Percent(Rise(drop))} % of FP32's RMSE";

    /// <inheritdoc/>
    public override string GainFigure(double gain) => (gain > 0 ? "+" : string.Empty) + Significant(gain);

    /// <inheritdoc/>
    public override double Value(double level) => Math.Sqrt(level);

    /// <inheritdoc/>
    public override double LevelOf(double? value) => value is { } root ? root * root : base.LevelOf(value);

    /// <inheritdoc/>
    public override string Level(double level) => Significant(Value(level));

    /// <inheritdoc/>
    public override double? Percentage(double drop) => 100 * Rise(drop);

    /// <inheritdoc/>
    protected override string Typed(double drop) => $"{Math.Ceiling((Math.Max(0, Rise(drop)) * 1e5) - 1e-6) / 1e3:0.###}%";

    /// <inheritdoc/>
    protected override string Differs(double estimate, bool isLoss) =>
        $"{Percent(Math.Abs(Rise(estimate)))} % {(estimate > 0 ? "above" : "below")} FP32's RMSE";

    private static string Percent(double share) => (100 * share).ToString("0.##");

    private double Rise(double drop) => Float32 > 0 ? Math.Sqrt(Math.Max(0, 1 + (drop / Float32))) - 1
        : drop > 0 ? double.PositiveInfinity
        : 0;
}
