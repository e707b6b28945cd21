namespace Cluster.Coordinator.Model.Options;

/// <summary>Levels are nats from FP32's outputs, so FP32 itself has none.</summary>
internal record DivergenceScale(MetricKind Metric, double Float32) : MetricScale(Metric, Float32)
{
    /// <inheritdoc/>
    public override MetricUnit Unit => MetricUnit.Nats;

    /// <inheritdoc/>
    public override double UsualDrop => 0.05;

    /// <inheritdoc/>
    public override string GainUnit => "nats";

    /// <inheritdoc/>
    public override string AxisTitle => "KL to FP32, nats,";

    /// <inheritdoc/>
    public override (bool IsWithin, string Expected, string Advice) Check(double accepted) =>
        (accepted >= 0, "a number of nats from 0", "0.05 is usual");

    /// <inheritdoc/>
    public override string Asked(JobOptions options) => $"{options.AcceptedDrop:0.######} nats of KL to FP32";

    /// <inheritdoc/>
    public override string Drop(double drop) => $"{Significant(drop)} nats";

    /// <inheritdoc/>
    public sealed override string Expected(double drop) => Drop(drop);

    /// <inheritdoc/>
    public sealed override string Measured(double drop) => Differs(drop, isLoss: true);

    /// <inheritdoc/>
    public sealed override string Compare(double low, double high, double estimate) => Differs(estimate, isLoss: true);

    /// <inheritdoc/>
    public override string GainFigure(double gain) => Signed(gain, "0.0000");

    /// <inheritdoc/>
    public sealed override string Level(double level) => Drop(level);

    /// <inheritdoc/>
    protected override string Typed(double drop) => $"{Math.Ceiling((drop * 1e4) - 1e-6) / 1e4:0.####}";

    /// <inheritdoc/>
    protected override string Differs(double estimate, bool isLoss) => $"{Drop(estimate)} from FP32";
}
