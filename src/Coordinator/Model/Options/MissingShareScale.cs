namespace Cluster.Coordinator.Model.Options;

/// <summary>Levels are what a precision or a share of strings lacks to 1; drops are in points.</summary>
internal sealed record MissingShareScale(MetricKind Metric, double Float32) : ShareScale(Metric, Float32)
{
    /// <inheritdoc/>
    public override bool IsReversed => true;

    /// <inheritdoc/>
    public override double LargestDrop(double accepted, bool isRelative) => isRelative ? accepted * (1 - Float32) : accepted;

    /// <inheritdoc/>
    public override double Value(double level) => Math.Clamp(1 - level, 0, 1);

    /// <inheritdoc/>
    public override double LevelOf(double? value) => value is { } share ? 1 - share : base.LevelOf(value);
}
