namespace Cluster.Coordinator.Model.Options;

/// <summary>Levels are noise over the signal of FP32's outputs, which people read in decibels.</summary>
internal sealed record NoiseScale(MetricKind Metric, double Float32) : DivergenceScale(Metric, Float32)
{
    /// <inheritdoc/>
    public override MetricUnit Unit => MetricUnit.Decibels;

    /// <inheritdoc/>
    public override bool IsReversed => true;

    /// <inheritdoc/>
    public override double UsualDrop => 20;

    /// <inheritdoc/>
    public override string GainUnit => "% of the signal's power";

    /// <inheritdoc/>
    // FP32 itself has infinite decibels.
    public override string AxisTitle => "noise, % of FP32's power,";

    /// <inheritdoc/>
    public override double LargestDrop(double accepted, bool isRelative) => LevelOf(accepted);

    /// <inheritdoc/>
    public override (bool IsWithin, string Expected, string Advice) Check(double accepted) =>
        (accepted is >= -100 and <= 200, "a number of decibels from -100 to 200", "20dB is usual");

    /// <inheritdoc/>
    public override string Asked(JobOptions options) => $"an SQNR to FP32 of at least {options.AcceptedDrop:0.###} dB";

    /// <inheritdoc/>
    public override string Drop(double drop) => $"{(drop > 0 ? Value(drop).ToString("0.0") : "∞")} dB";

    /// <inheritdoc/>
    public override string AtMost(double drop) => $"at least {Drop(drop)}";

    /// <inheritdoc/>
    public override string AtLeast(double drop) => $"at most {Drop(drop)}";

    /// <inheritdoc/>
    // Less noise is more decibels.
    public override string Range(double low, double high) => $"{Short(high)} to {Short(Math.Max(0, low))}";

    /// <inheritdoc/>
    public override string GainFigure(double gain) => Signed(100 * gain, "0.000");

    /// <inheritdoc/>
    public override double Value(double level) => -10 * Math.Log10(level);

    /// <inheritdoc/>
    public override double LevelOf(double? value) => value is { } decibels ? Math.Pow(10, -decibels / 10) : 0;

    /// <inheritdoc/>
    public override double Height(double level) => -level;

    /// <inheritdoc/>
    public override string Tick(double height, int decimals) => Fixed(100 * -height, decimals - 2);

    /// <inheritdoc/>
    protected override string Typed(double drop) => $"{Math.Floor((Value(drop) * 100) + 1e-6) / 100:0.##}dB";

    /// <inheritdoc/>
    protected override string Differs(double estimate, bool isLoss) => $"{Drop(estimate)} of SQNR to FP32";
}
