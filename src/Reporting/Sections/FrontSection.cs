namespace Cluster.Reporting.Sections;

/// <summary>The Pareto front, drawn and as a table.</summary>
internal static class FrontSection
{
    public static void Write(HtmlWriter html, ReportModel model)
    {
        html.Add($"<section id=\"front\"><h2>Accuracy against latency</h2>");
        Draw(html, model);
        html.Add($"</section>\n");
    }

    /// <summary>The front without its heading.</summary>
    public static void Draw(HtmlWriter html, ReportModel model)
    {
        var points = model.Points;
        if (!points.Any(point => point.IsComplete))
        {
            html.Add($"<p>No plan has both an accuracy and a latency, so there is nothing to draw.</p>");
            return;
        }

        html.Add($"<figure>");
        FrontChart.Write(html, model);
        html.Add($"<figcaption>");
        (string Class, string Words)[] keys =
        [
            ("winner", PlanNames.Selected(model.Kind)), ("fp32", "FP32"), ("int8", "all INT8"),
            ("front", "Pareto front"), ("other", "not on the front"),
        ];
        foreach (var key in keys.Where(key => points.Any(point => point.IsComplete && FrontChart.Class(point) == key.Class)))
        {
            html.Add($"<span class=\"key\"><i class=\"{key.Class}\"></i>{key.Words}</span>");
        }

        html.Add(
            $"<br>Upright bars: 95% interval of each accuracy on its own (one that reaches the frame continues beyond it). All "
            + $"plans are compared on the same images, so differences between them are surer than the overlap of the bars "
            + $"suggests. Level bars: interquartile range of the latency. Milliseconds are scaled to one FP32 latency, as each "
            + $"plan is timed in turn with FP32; left of the dotted line is faster than FP32.{BelowTheLine(model)}</figcaption></figure>");
        Table(html, model, points);
    }

    // A reader asks why a plan won that is drawn as less accurate than asked for.
    private static string BelowTheLine(ReportModel model) =>
        model.Result is { Evidence: { Judged: { } judged, Bound: { } bound }, Winner.Accuracy.Drop: var drop } && drop > bound
            ? " The winner measured below the dashed line. A difference of a few images is mostly chance: what decides is the loss to "
                + "expect on new images, from these answers and from how little its outputs differ from FP32's, with an allowance for "
                + $"the choice. It is judged as {model.Scale.Short(judged)}."
            : string.Empty;

    // The formats of a plan without a name stand beside it.
    private static string Name(PlanPoint point, WinnerKind kind) =>
        point.Roles == PlanRoles.None ? "another plan" : PlanNames.Of(point, kind);

    private static string Groups(Plan plan, bool isMixed) =>
        isMixed ? FormatShares.Titled(plan) : $"{plan.CountInt8()} of {plan.Groups.Count}";

    private static void Table(HtmlWriter html, ReportModel model, IReadOnlyList<PlanPoint> points)
    {
        var isMixed = points.Any(point => point.Plan.QuantizedCount > point.Plan.CountInt8());
        html.Add(
            $"<div class=\"scroll\"><table><caption>The plans of the front, fastest first.</caption><thead><tr><th>plan</th><th "
            + $"class=\"n\">{(isMixed ? "formats" : "INT8 groups")}</th>"
            + $"<th class=\"n\">{model.Metric}</th><th class=\"n\">{model.DropHeading}</th><th class=\"n\">ms, "
            + $"scaled</th><th class=\"n\">× FP32</th><th class=\"n\">size</th><th>digest</th></tr></thead><tbody>");
        foreach (var point in points.Where(point => point.OnFront).OrderBy(point => point.ComparableMs))
        {
            html.Add(
                $"<tr class=\"{(point.Roles.HasFlag(PlanRoles.Winner) ? "selected" : "plain")}\"><td>"
                + $"{Name(point, model.Kind)}</td><td class=\"n\">"
                + $"{Groups(point.Plan, isMixed)}</td><td class=\"n\">{point.LevelText}</td><td class=\"n\">"
                + $"{Figures.Points(point.DropPoints)}</td>");
            html.Add(
                $"<td class=\"n\">{Figures.Milliseconds(point.ComparableMs)}</td><td class=\"n\">"
                + $"{Figures.Ratio(point.Plan.IsBaseline ? 1 : point.SpeedUp)}</td><td class=\"n\">"
                + $"{Figures.Bytes(point.Measured.SizeBytes)}</td><td><code>{point.Plan.Digest[..12]}</code></td></tr>");
        }

        html.Add($"</tbody></table></div>");
    }
}
