namespace Cluster.Reporting.Charts;

/// <summary>
/// The vertical position of a plan by its metric: better is higher. Shares of images and mAP are drawn as they are, losses downwards from
/// 0; noise is drawn as a share of the signal, because FP32 itself has an infinite SQNR.
/// </summary>
internal static class ChartHeight
{
    /// <summary>The height of a plan that was measured.</summary>
    public static double Of(PlanPoint point) => point.Metric.Scale().Height(point.Level!.Value);

    /// <summary>The ends of its interval, which are the height itself where there is none.</summary>
    public static double[] Ends(PlanPoint point) => point.LevelInterval is { } interval
        ? [point.Metric.Scale().Height(interval.Low), point.Metric.Scale().Height(interval.High)]
        : [Of(point), Of(point)];

    /// <summary>The height of the job's bound.</summary>
    /// <param name="options">The job's options.</param>
    /// <param name="float32">FP32's level.</param>
    public static double OfBound(JobOptions options, double float32) => options.Measure.IsShare()
        ? options.Measure.Scale().Height(float32) - options.Bound(float32)
        : options.Measure.Scale().Height((options.Measure.ComparesWithFloat32() ? 0 : float32) + options.Bound(float32));

    /// <summary>The label of the bound's line.</summary>
    public static string Bound(JobOptions options, PlanPoint float32) => options.Measure.IsShare()
        ? $"FP32 − {Figures.Points(100 * options.Bound(float32.Level!.Value))} points: the accuracy asked for"
        : $"{Coordinator.Search.Objectives.BudgetWords.Bound(options)}: asked for";
}
