namespace Cluster.Cli.Views;

/// <summary>The report for people.</summary>
internal static class FineTuneTables
{
    public static void Write(IAnsiConsole console, FineTuneReport report)
    {
        void Line(string text) => CommandConsole.Line(console, text);
        var table = CommandConsole.Table(console, "", ">Correct", ">Top-1", ">95 % interval", ">KL to FP32, nats");
        Row(table, "FP32", report.Float32);
        Row(table, "before", report.Before);
        Row(table, "after", report.After);
        console.Write(table);
        if (report is { MetricBefore: { } before, MetricAfter: { } after })
        {
            string Level(double loss) => MeasuredTables.Level(before.Metric, loss);
            Line($"{before.Metric.Heading()}: FP32 {Level(before.Float32Loss)}, before {Level(before.Loss)}, after {Level(after.Loss)}");
        }

        var difference = report.Difference;
        Line($"Verdict:     {report.Reason} ({difference.Gained} gained, {difference.Lost} lost, McNemar p {difference.McNemarP:G2})");
        Line(
            $"Training:    {report.Training.Images} images, best epoch {report.Training.Best} of "
            + $"{report.Training.Epochs.Count - 1}{Speed(report.Training)}");
        Line(
            $"Model:       {report.Output.Path} ({(report.Kept ? "trained" : "the plan's own")}, {report.Output.SizeBytes} bytes, "
            + $"sha256 {report.Output.Sha256})");
        Line($"Plan:        {report.Plan}");
        Line($"Calibration: {report.Calibration}");
    }

    private static string Speed(FineTuneTrainingReport training) => training.ImagesPerSecond is { } speed ? $", {speed:F0} images/s" : "";

    private static void Row(Table table, string name, MeasuredAccuracy accuracy) => CommandConsole.AddRow(
        table, [name, .. MeasuredTables.Top1(accuracy), MeasuredTables.Interval(accuracy), MeasuredTables.Kl(accuracy)]);
}
