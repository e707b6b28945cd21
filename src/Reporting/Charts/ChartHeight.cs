namespace Cluster.Reporting.Charts;

/// <summary>
/// The vertical position of a plan by its metric: better is higher. Shares of images and mAP are drawn as they are, losses downwards from
/// 0; noise is drawn as a share of the signal, because FP32 itself has an infinite SQNR.
/// </summary>
internal static class ChartHeight
{
    /// <summary>The height of a level.</summary>
    public static double Of(MetricKind metric, double level) => metric switch
    {
        MetricKind.Rmse => -Math.Sqrt(level),
        _ when metric.IsShare() => MetricScale.Value(metric, level),
        _ => -level,
    };

    /// <summary>The height of a plan that was measured.</summary>
    public static double Of(PlanPoint point) => Of(point.Metric, point.Level!.Value);

    /// <summary>The ends of its interval, which are the height itself where there is none.</summary>
    public static double[] Ends(PlanPoint point) => point.LevelInterval is { } interval
        ? [Of(point.Metric, interval.Low), Of(point.Metric, interval.High)]
        : [Of(point), Of(point)];

    /// <summary>The height of the job's bound.</summary>
    /// <param name="options">The job's options.</param>
    /// <param name="float32">FP32's level.</param>
    public static double OfBound(JobOptions options, double float32) => options.Measure.IsShare()
        ? Of(options.Measure, float32) - options.Bound(float32)
        : Of(options.Measure, (options.Measure == MetricKind.Rmse || options.Measure.IsCommand() ? float32 : 0) + options.Bound(float32));

    /// <summary>The title of the axis.</summary>
    public static string Title(MetricKind metric) => metric switch
    {
        MetricKind.OutputKl => "KL to FP32, nats,",
        MetricKind.OutputSqnr => "noise, % of FP32's power,",
        _ => metric.Title(),
    };

    /// <summary>A tick of the axis.</summary>
    public static string Tick(MetricKind metric, double height, int digits) => metric switch
    {
        MetricKind.OutputSqnr => Fixed(100 * -height, digits - 2),
        _ when metric.IsShare() => Fixed(100 * height, digits - 2) + "%",
        MetricKind.Score => Fixed(height, digits),
        _ => Fixed(-height, digits),
    };

    /// <summary>The label of the bound's line.</summary>
    public static string Bound(JobOptions options, PlanPoint float32) => options.Measure.IsShare()
        ? $"FP32 − {Figures.Points(100 * options.Bound(float32.Level!.Value))} points: the accuracy asked for"
        : $"{Coordinator.Search.Objectives.BudgetWords.Bound(options)}: asked for";

    // Adding 0 makes a negative zero positive.
    private static string Fixed(double value, int digits) => (value + 0.0).ToString($"F{Math.Max(0, digits)}");
}
