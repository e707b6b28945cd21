namespace Cluster.Cli.Views;

/// <summary>The report for people.</summary>
internal static class QuantizeTables
{
    public static void Write(IAnsiConsole console, QuantizeReport report)
    {
        void Line(string text) => CommandConsole.Line(console, text);
        if (report is { Latency: { } latency, Float32: { } float32 })
        {
            string speed = $"{float32.Latency.MedianMs / latency.MedianMs:F2} times as fast as FP32";
            void Beside(string[] headings, string[] before, string[] after) => MeasuredTables.Write(
                console, headings, (before, float32.Latency, float32.SizeBytes), (after, latency, report.Output.SizeBytes));
            if (report.Accuracy is { } accuracy && float32.Accuracy is { } exact)
            {
                string[] Answers(MeasuredAccuracy of) => [.. MeasuredTables.Top1(of), MeasuredTables.Interval(of)];
                Beside([">Correct", ">Top-1", ">95 % interval"], Answers(exact), Answers(accuracy));
                Line(
                    $"{speed}; top-1 {100 * (accuracy.Top1 - exact.Top1):+0.00;-0.00;0.00} points; "
                    + $"KL to FP32 {Figures.Nats(accuracy.Kl)} nats");
            }

            if (report.Metric is { } metric)
            {
                string[] Answers(double loss) => [MeasuredTables.Level(metric.Metric, loss)];
                Beside([$">{metric.Metric.Heading()}"], Answers(metric.Float32Loss), Answers(metric.Loss));
                Line(
                    $"{speed}; {metric.Sentence}, on {metric.Total} sample{(metric.Total == 1 ? ", too few for an interval" : "s")}"
                    + (metric.Kl is { } kl ? $"; KL to FP32 {Figures.Nats(kl)} nats" : ""));
            }
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
            if (parity.WorstChannel is { } channel)
            {
                Line($"Weakest:     {channel.Words}");
            }
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
}
