namespace Cluster.Coordinator.Model.Options;

/// <summary>Levels are the numbers of a user's command, negated if they are scores.</summary>
internal sealed record CommandScale : MetricScale
{
    private readonly bool _areScores;

    /// <param name="metric">The metric.</param>
    /// <param name="float32">FP32's level.</param>
    /// <param name="areScores">Whether higher numbers are better.</param>
    public CommandScale(MetricKind metric, double float32, bool areScores)
        : base(metric, float32) => _areScores = areScores;

    /// <inheritdoc/>
    public override MetricUnit Unit => MetricUnit.Number;

    /// <inheritdoc/>
    public override bool IsReversed => _areScores;

    /// <inheritdoc/>
    public override int Digits => 5;

    /// <inheritdoc/>
    public override string GainUnit => $"of {Metric.Title()}";

    /// <inheritdoc/>
    public override (bool IsWithin, string Expected, string Advice) Check(double accepted) =>
        (accepted >= 0, "a number from 0", "it is in the unit of the command's own numbers");

    /// <inheritdoc/>
    public override string Asked(JobOptions options) => $"{options.AcceptedDrop:0.######} {Worse} FP32's {Metric.Title()}";

    /// <inheritdoc/>
    public override string Drop(double drop) => $"{Significant(drop)} of {Metric.Title()}";

    /// <inheritdoc/>
    public override string GainFigure(double gain) => (gain > 0 ? "+" : string.Empty) + Significant(gain);

    /// <inheritdoc/>
    public override double Value(double level) => _areScores ? 0 - level : level;

    /// <inheritdoc/>
    public override double LevelOf(double? value) => value is { } number ? Value(number) : base.LevelOf(value);

    /// <inheritdoc/>
    public override string Level(double level) => Significant(Value(level));

    /// <inheritdoc/>
    public override double Height(double level) => -level;

    /// <inheritdoc/>
    public override string Tick(double height, int decimals) => Fixed(_areScores ? height : -height, decimals);

    /// <inheritdoc/>
    // Rounded up at the sixth decimal, so that the plan really meets it.
    protected override string Typed(double drop) => $"{Math.Ceiling((Math.Max(0, drop) * 1e6) - 1e-6) / 1e6:0.######}";

    /// <inheritdoc/>
    protected override string Differs(double estimate, bool isLoss) =>
        $"{Significant(Math.Abs(estimate))} {(estimate > 0 ? Worse : Better)} FP32's {Metric.Title()}";

    private string Worse => _areScores ? "below" : "above";

    private string Better => _areScores ? "above" : "below";
}
