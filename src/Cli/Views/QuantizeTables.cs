namespace Cluster.Cli.Views;

/// <summary>The report of a job with a given plan, for people.</summary>
internal static class QuantizeTables
{
    private const int Named = 3;

    public static void Write(IAnsiConsole console, QuantizeReport report)
    {
        void Line(string text) => CommandConsole.Line(console, text);
        if (report.Float32 is { } float32)
        {
            string speed = report.Latency is { } latency && float32.Latency is { } other
                ? $"{other.MedianMs / latency.MedianMs:F2} times as fast as FP32; "
                : "";
            if (report.Accuracy is { } accuracy && float32.Accuracy is { } exact)
            {
                Beside(console, report, float32, [">Correct", ">Top-1", ">95 % interval"], Answers(exact), Answers(accuracy));
                Line(
                    $"{speed}top-1 {100 * (accuracy.Top1 - exact.Top1):+0.00;-0.00;0.00} points; "
                    + $"KL to FP32 {Figures.Nats(accuracy.Kl)} nats");
            }

            if (report.Metric is { } metric)
            {
                string[] Level(double loss) => [MetricFigures.Level(metric.Metric, metric.Metric.CountsImages() ? 1 - loss : loss)];
                Beside(console, report, float32, [$">{metric.Metric.Heading()}"], Level(metric.Float32Loss), Level(metric.Loss));
                Line(
                    $"{speed}{metric.Sentence}, on {metric.Total} sample{(metric.Total == 1 ? ", too few for an interval" : "s")}"
                    + (metric.Kl is { } kl ? $"; KL to FP32 {Figures.Nats(kl)} nats" : ""));
            }
        }

        if (report.FineTune is { } tuned)
        {
            Line(
                $"Training:    {tuned.Before.Correct} of {tuned.Before.Total} right before, {tuned.After.Correct} after "
                + $"({tuned.Gained} gained, {tuned.Lost} lost); KL {Figures.Nats(tuned.Before.Kl)} and {Figures.Nats(tuned.After.Kl)} "
                + $"nats; best epoch {tuned.BestEpoch} of {tuned.Epochs.Count - 1}");
            Line($"Verdict:     {(tuned.Kept ? "" : $"the trained file is {tuned.Trained}, and {report.Output.Path} the plan's own: ")}"
                + tuned.Reason);
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

        if (report.Output.LeastRuntime is { } version)
        {
            Line($"Runs in:     ONNX Runtime {version} and newer");
        }

        if (report.Output.Form is { } form)
        {
            string opens = report.OpeningTimes is { } times ? $", opens in {Figures.Ratio(times)} times the time" : string.Empty;
            Line($"Form:        {form}{opens}");
        }

        if (report.Output.Pixels is { } pixels)
        {
            Line($"Takes:       {pixels} pixels, uint8 (N, height, width, {pixels.Length})");
        }

        Line($"Plan:        {report.Plan}");
        Line($"Calibration: {report.Calibration}");
        if (report.WayUp is { } way)
        {
            Line($"Way up:      {Most(way)}");
            Line($"             {Enough(report, way)}");
        }

        Line($"Next:        {(report.WayUp is { } up ? Command(report, up) : $"./cluster inspect {report.Output.Path}")}");
    }

    private static string Most(WayUp way) =>
        $"most is lost in {string.Join(", ", way.Groups.Take(way.Kept ?? Named).Take(Named).Select(group => $"'{group.Group}'"))}"
        + (way.Kept > Named ? " …" : string.Empty);

    private static string Enough(QuantizeReport report, WayUp way)
    {
        string enough = way.Decibels is { } decibels ? $"each output keeps {decibels:0} dB" : "fewer whole numbers change than 5 %";
        return way.Kept is { } kept
            ? $"with {kept} of {report.Groups} groups in FP32 {enough}: the command below"
            : "with half of the groups in FP32 the outputs still keep too little; a search also chooses ranges, roundings and biases";
    }

    private static string Command(QuantizeReport report, WayUp way)
    {
        string data = $"--model {report.Model} --data {report.Data ?? "…"}";
        string stem = Path.ChangeExtension(report.Output.Path, null);
        return way.Kept is { } kept
            ? $"./cluster quantize {data} --plan {report.Plan} "
                + $"--keep-fp32 {string.Join(',', way.Groups.Take(kept).Select(group => group.Index).Order())} -o {stem}.kept.onnx"
            : $"./cluster run {data}{(way.Decibels is null ? string.Empty : $" --metric {MetricKind.OutputSqnr.Word()}")} -o {stem}.run";
    }

    // What each answers, how fast it is where that was timed, how large.
    private static void Beside(
        IAnsiConsole console, QuantizeReport report, QuantizeFloat32 float32, string[] headings, string[] before, string[] after)
    {
        string[] timed = report.Latency is { Batch: var batch } ? [$">Median ms (batch {batch})", ">IQR ms"] : [];
        var table = CommandConsole.Table(console, ["", .. headings, .. timed, ">Bytes"]);
        Row("FP32", before, float32.Latency, float32.SizeBytes);
        Row("quantized", after, report.Latency, report.Output.SizeBytes);
        console.Write(table);

        void Row(string name, string[] answers, MeasuredLatency? latency, long bytes)
        {
            string[] times = latency is null ? [] : [$"{latency.MedianMs:F3}", $"{latency.IqrMs:F3}"];
            CommandConsole.AddRow(table, [name, .. answers, .. times, $"{bytes}"]);
        }
    }

    private static string[] Answers(MeasuredAccuracy of) =>
    [
        $"{of.Correct} of {of.Total}", $"{100 * of.Top1:F2} %", $"{100 * of.Ci95[0]:F2} to {100 * of.Ci95[1]:F2} %",
    ];
}
