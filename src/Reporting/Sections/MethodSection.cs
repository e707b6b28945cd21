namespace Cluster.Reporting.Sections;

/// <summary>How accuracy and latency were measured, and on what.</summary>
internal static class MethodSection
{
    public static void Write(HtmlWriter html, ReportModel model)
    {
        var (job, options) = (model.Result.Job, model.Options);
        var latency = model.Result.Winner.Latency ?? model.Result.Baselines.Fp32.Latency;
        html.Add(
            $"<section id=\"method\"><h2>How it was measured</h2><dl><dt>Machine</dt><dd>{model.Machine}</dd><dt>Device</dt><dd>"
            + $"{latency?.Device ?? "no latency was measured"}</dd><dt>Runtime</dt><dd>"
            + $"{latency?.Runtime ?? job.Versions.Runtime}</dd><dt>Instruction set</dt><dd>"
            + $"{job.Versions.InstructionSet}</dd>");
        html.Add($"<dt>Batch and threads</dt><dd>batch {options.Batch}, {Verdict.Threads(options.Threads)}</dd>");
        if (model.Result.Model.TimedShape is { } shape)
        {
            html.Add($"<dt>Timed shape</dt><dd>{shape}</dd>");
        }

        html.Add(
            $"<dt>Latency</dt><dd>median and interquartile range of {latency?.N ?? 0} runs of each, after a warm-up, every "
            + $"plan in turn with FP32 on a machine of their own; {model.Latencies.Count} such measurements</dd>");
        if (GpuClocks.Words(model.Latencies) is { } clocks)
        {
            html.Add($"<dt>GPU clock</dt><dd>{clocks}</dd>");
        }

        html.Add(
            $"<dt>Accuracy</dt><dd>{model.Metric} of the exported file in the runtime; intervals are "
            + $"{Intervals(options)}, 95%</dd>"
            + $"<dt>Asked for</dt><dd>{BudgetWords.Question(options)}; {Bound(options)}</dd>");
        if (job.Prepared is { } prepared)
        {
            string scaled = options.Equalize == ChannelScaling.On
                ? ": channels of neighbouring layers were scaled against each other first"
                : "";
            string read = options.Channels is null ? "" : "; the first layer reads pixels, with the normalization in its weights";
            html.Add($"<dt>FP32 network</dt><dd>{prepared}{scaled}{read}</dd>");
        }

        html.Add(
            $"<dt>Ranges tried</dt><dd>{string.Join(", ", options.CanonicalMethods.Zip(options.Methods, MethodNames.Both))}</dd>"
            + $"<dt>Seed</dt><dd>{options.Seed}</dd><dt>Numerics</dt><dd>{job.Versions.Numerics}</dd>");
        html.Add($"</dl></section>\n");
        Data(html, model);
    }

    private static void Data(HtmlWriter html, ReportModel model)
    {
        html.Add(
            $"<section id=\"data\"><h2>Data</h2><div class=\"scroll\"><table><thead><tr><th>role</th><th>as given</th><th "
            + $"class=\"n\">images</th><th>SHA-256</th></tr></thead><tbody>");
        foreach (var data in model.Data)
        {
            html.Add(
                $"<tr><td><b>{data.Role.ToString().ToLowerInvariant()}</b><small>{Words(data.Role)}</small></td><td "
                + $"class=\"group\"><code>{data.Spec}</code></td><td class=\"n\">{data.Images}</td><td><code>"
                + $"{data.Sha256}</code></td></tr>");
        }

        html.Add($"</tbody></table></div>");
        if (!model.HasTestSet)
        {
            html.Add($"<p class=\"note\">{Verdict.SelectedOnSameImages}</p>");
        }

        html.Add($"</section>\n");
    }

    private static string Intervals(JobOptions options) =>
        options.Measure.CountsImages() ? "Wilson's" : "Student's t, corrected for skewness";

    private static string Bound(JobOptions options) => options.Confidence is { } level
        ? $"judged by the upper bound at {Figures.Percent(level)} confidence, valid for all plans that were looked at together"
        : "judged by the paired estimate, to which is added by how much the best of so many plans is likely to be overestimated";

    private static string Words(DataRole role) => role switch
    {
        DataRole.Calibration => "ranges and bias correction; labels are not read",
        DataRole.Evaluation => "what the search looked at",
        DataRole.Training => "what the winner was fine-tuned on",
        _ => "looked at once, for the winner",
    };
}
