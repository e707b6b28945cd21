namespace Cluster.Cli.Views;

/// <summary>Tables of a file measured beside FP32.</summary>
internal static class MeasuredTables
{
    /// <summary>FP32 and the quantized file: what each answers, how fast it is, how large.</summary>
    /// <param name="headings">Those of what they answer.</param>
    public static void Write(
        IAnsiConsole console,
        string[] headings,
        (string[] Answers, MeasuredLatency Latency, long Bytes) float32,
        (string[] Answers, MeasuredLatency Latency, long Bytes) quantized)
    {
        var table = CommandConsole.Table(
            console, ["", .. headings, $">Median ms (batch {quantized.Latency.Batch})", ">IQR ms", ">Bytes"]);
        foreach (var (name, (answers, latency, bytes)) in new[] { ("FP32", float32), ("quantized", quantized) })
        {
            CommandConsole.AddRow(table, [name, .. answers, $"{latency.MedianMs:F3}", $"{latency.IqrMs:F3}", $"{bytes}"]);
        }

        console.Write(table);
    }

    public static string[] Top1(MeasuredAccuracy accuracy) => [$"{accuracy.Correct} of {accuracy.Total}", $"{100 * accuracy.Top1:F2} %"];

    /// <summary>Its 95 % interval.</summary>
    public static string Interval(MeasuredAccuracy accuracy) => $"{100 * accuracy.Ci95[0]:F2} to {100 * accuracy.Ci95[1]:F2} %";

    /// <summary>Empty for FP32 itself.</summary>
    public static string Kl(MeasuredAccuracy accuracy) => accuracy.Kl is { } kl ? Figures.Nats(kl) : "";

    /// <summary>A mean loss per sample in the metric's own unit.</summary>
    public static string Level(MetricKind metric, double loss) => MetricFigures.Level(metric, metric.CountsImages() ? 1 - loss : loss);
}
