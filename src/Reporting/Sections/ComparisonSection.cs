namespace Cluster.Reporting.Sections;

/// <summary>The selected plan next to the baselines.</summary>
internal static class ComparisonSection
{
    public static void Write(HtmlWriter html, ReportModel model)
    {
        html.Add(
            $"<section id=\"comparison\"><h2>FP32, all INT8 and the selected plan</h2><p class=\"note\">Accuracy and latency are "
            + $"measured on the exported file itself; plans with the same formats run the same kernels, and one of them is timed. "
            + $"Asked for: {BudgetWords.Question(model.Options)}.</p>");
        html.Add(
            $"<div class=\"scroll\"><table><thead><tr><th>plan</th><th class=\"n\">{model.Metric}<small>95% interval</small></th><th "
            + $"class=\"n\">{model.DropHeading}</th><th class=\"n\">latency<small>median ms, IQR, n</small></th><th "
            + $"class=\"n\">speed-up<small>× FP32</small></th><th class=\"n\">size<small>BOPs per image</small></th>"
            + $"<th class=\"n\">same top-1<small>as FP32; KL, nats</small></th></tr></thead><tbody>");
        foreach (var row in Comparison.Rows(model))
        {
            Row(html, model, row);
        }

        html.Add($"</tbody></table></div></section>\n");
    }

    private static string? Tested(ReportModel model, PlanPoint point) => model.Result.Test is { Correct: { } correct, Total: > 0 } test
        ? point.Roles.HasFlag(PlanRoles.Winner) ? Figures.Percent((double)correct / test.Total)
        : point.Roles.HasFlag(PlanRoles.Float32) && test.Float32Correct is { } float32 ? Figures.Percent((double)float32 / test.Total)
        : null
        : null;

    private static void Row(HtmlWriter html, ReportModel model, Comparison row)
    {
        var point = row.Point;
        var (accuracy, latency) = (point.Accuracy, point.Latency);
        var isSelected = point.Roles.HasFlag(PlanRoles.Winner)
            && row.Name is not (PlanNames.Float32 or PlanNames.Int8 or PlanNames.Int8Best);
        html.Add(
            $"<tr class=\"{(isSelected ? "selected" : "plain")}\"><td class=\"plan\"><b>{row.Name}</b><small>{row.Detail}</small></td>");
        html.Add($"<td class=\"n\">{point.LevelText}");
        if (point.LevelIntervalText is { } interval)
        {
            html.Add($"<small>{interval}</small>");
            if (!point.IsPart)
            {
                html.Add($"<small>{(point.IsCounted ? $"{accuracy!.Correct} " : string.Empty)}of {accuracy!.Total}</small>");
            }
        }

        if (Tested(model, point) is { } tested)
        {
            html.Add($"<small>test {tested}</small>");
        }

        html.Add($"</td><td class=\"n\">{point.DropText}</td>");
        html.Add($"<td class=\"n\">{Figures.Milliseconds(latency?.MedianMs)}");
        if (latency is not null)
        {
            html.Add($"<small>IQR {Figures.Milliseconds(latency.IqrMs)}, n {latency.N}</small>");
        }

        html.Add($"</td><td class=\"n\">{Figures.Ratio(point.Plan.IsBaseline ? 1 : point.SpeedUp)}");
        if (point.SpeedUpInterval is { } speed)
        {
            html.Add($"<small>{Figures.Ratio(speed.Low)}–{Figures.Ratio(speed.High)}</small>");
        }

        if (latency is not null && !point.Plan.IsBaseline)
        {
            html.Add($"<small>FP32 beside it {Figures.Milliseconds(latency.Float32MedianMs)}</small>");
        }

        html.Add(
            $"</td><td class=\"n\">{Figures.Bytes(point.Measured.SizeBytes)}"
            + $"<small>{Figures.Count(point.Measured.Bops)}</small></td><td class=\"n\">"
            + $"{Figures.Percent(accuracy?.Agreement)}"
            + $"<small>{Figures.Nats(accuracy?.Kl)}</small></td></tr>");
    }
}
