using Cluster.Coordinator.Model.Options;
using Cluster.Evaluation.SingleSteps.Quantize;
using Cluster.Terminal;
using Spectre.Console;

namespace Cluster.Cli.Views;

/// <summary>The report for people.</summary>
internal static class QuantizeTables
{
    public static void Write(IAnsiConsole console, QuantizeReport report)
    {
        void Line(string text) => CommandConsole.Line(console, text);
        if (report is { Accuracy: { } accuracy, Latency: { } latency, Float32: { Accuracy: { } exact } float32 })
        {
            var table = CommandConsole.Table(
                console, "", ">Correct", ">Top-1", ">95 % interval", $">Median ms (batch {latency.Batch})", ">IQR ms", ">Bytes");
            Row(table, "FP32", exact, float32.Latency, float32.SizeBytes);
            Row(table, "quantized", accuracy, latency, report.Output.SizeBytes);
            console.Write(table);
            Line(
                $"{float32.Latency.MedianMs / latency.MedianMs:F2} times as fast as FP32; top-1 "
                + $"{100 * (accuracy.Top1 - exact.Top1):+0.00;-0.00;0.00} points; KL to FP32 {accuracy.Kl:G3} nats");
        }

        if (report is { Metric: { } metric, Latency: { } time, Float32: { } before32 })
        {
            var table = CommandConsole.Table(
                console, "", $">{metric.Metric.Heading()}", $">Median ms (batch {time.Batch})", ">IQR ms", ">Bytes");
            Row(table, "FP32", metric.Metric, metric.Float32Loss, before32.Latency, before32.SizeBytes);
            Row(table, "quantized", metric.Metric, metric.Loss, time, report.Output.SizeBytes);
            console.Write(table);
            Line(
                $"{before32.Latency.MedianMs / time.MedianMs:F2} times as fast as FP32; {metric.Sentence}, on {metric.Total} samples"
                + (metric.Kl is { } kl ? $"; KL to FP32 {kl:G3} nats" : ""));
        }

        string packed = $"packed weights {Figures.Bytes(report.PackedBytes)}, {Figures.Count(report.Bops)} bit operations an image";
        Line(
            $"Size:        {packed}"
            + (report.Float32 is { } before ? $" (FP32: {Figures.Bytes(before.PackedBytes)} and {Figures.Count(before.Bops)})" : ""));
        if (report.IsLowBit)
        {
            Line(
                "             below 8 bits this runtime has no integer kernels: the file is as accurate as it says but not "
                + "faster than FP32, compare size and bit operations");
        }

        if (report.Parity is { } parity)
        {
            Line(
                $"Parity:      passed on {parity.Images} images: "
                + (parity.ExactShare is { } share ? $"{100 * share:F3} % equal codes in the worst of {parity.Tensors} tensors, " : "")
                + $"outputs {parity.Divergence:G3} from the simulation's ({parity.AllowedDivergence:G3} is allowed)");
        }

        Line($"Model:       {report.Output.Path} ({report.Output.SizeBytes} bytes, {report.Precision}, sha256 {report.Output.Sha256})");
        if (report.Output.ExactOn is { } processors)
        {
            Line($"Exact on:    {processors}");
        }

        Line($"Plan:        {report.Plan}");
        Line($"Calibration: {report.Calibration}");
        Line($"Next:        ./cluster inspect {report.Output.Path}");
    }

    private static void Row(Table table, string name, MetricKind metric, double loss, MeasuredLatency latency, long bytes) =>
        CommandConsole.AddRow(
            table,
            name,
            MetricFigures.Level(metric, metric.CountsImages() ? 1 - loss : loss),
            $"{latency.MedianMs:F3}",
            $"{latency.IqrMs:F3}",
            $"{bytes}");

    private static void Row(
        Table table, string name, MeasuredAccuracy accuracy, MeasuredLatency latency, long bytes) =>
        CommandConsole.AddRow(
            table,
            name,
            $"{accuracy.Correct} of {accuracy.Total}",
            $"{100 * accuracy.Top1:F2} %",
            $"{100 * accuracy.Ci95[0]:F2} to {100 * accuracy.Ci95[1]:F2} %",
            $"{latency.MedianMs:F3}",
            $"{latency.IqrMs:F3}",
            $"{bytes}");
}
