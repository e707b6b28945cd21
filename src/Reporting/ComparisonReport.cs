using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Questions;
using Cluster.Coordinator.Search;
using Cluster.Plans;
using Cluster.Reporting.Charts;
using Cluster.Reporting.Html;
using Cluster.Reporting.Models;
using Cluster.Terminal;

namespace Cluster.Reporting;

/// <summary>Two plans side by side as one self-contained HTML file: which is better and how sure that is, then why.</summary>
public static class ComparisonReport
{
    /// <summary>The file's text.</summary>
    /// <param name="first">A.</param>
    /// <param name="second">B.</param>
    public static string Write(ComparedPlan first, ComparedPlan second)
    {
        var comparison = PlanComparison.Of(first, second);
        var html = new HtmlWriter();
        html.Begin("A and B: two plans compared", "good");
        Answer(html, comparison);
        Sides(html, comparison, first, second);
        if (comparison.Gain is not null && first.Latency is not null && second.Latency is not null)
        {
            html.Add($"<section id=\"chart\"><h2>Accuracy against speed</h2><figure>");
            ComparisonChart.Write(html, first, second);
            html.Add(
                $"<figcaption><span class=\"key\"><i class=\"front\"></i>A</span><span class=\"key\"><i class=\"int8\"></i>B</span>"
                + $"<span class=\"key\"><i class=\"fp32\"></i>FP32</span><span class=\"key\"><i class=\"other\"></i>"
                + $"other plans of both jobs</span><br>Bars: 95% intervals, of each accuracy on its own. Speeds are relative to FP32 in "
                + $"turn with each plan, so that two runs can be compared.</figcaption></figure></section>\n");
        }

        Groups(html, comparison);
        html.End();
        return html.ToString();
    }

    private static void Answer(HtmlWriter html, PlanComparison comparison)
    {
        html.Add($"<header id=\"verdict\"><p class=\"eyebrow\">Two plans compared · differences are B − A</p>");
        html.Add($"<h1>{ComparisonWords.Status(comparison)}</h1>");
        html.Add($"<p class=\"lead\">{ComparisonWords.Sentence(comparison)}</p><dl class=\"answer\">");
        foreach (var (what, text) in ComparisonWords.Figures(comparison))
        {
            html.Add($"<dt>{what}</dt><dd>{text}</dd>");
        }

        html.Add($"</dl>");
        if (comparison.Notes.Count > 0)
        {
            html.Add($"<ul class=\"notes\">");
            foreach (string note in comparison.Notes)
            {
                html.Add($"<li>{note}</li>");
            }

            html.Add($"</ul>");
        }

        html.Add($"</header>\n");
    }

    private static void Sides(HtmlWriter html, PlanComparison comparison, ComparedPlan first, ComparedPlan second)
    {
        html.Add(
            $"<section id=\"comparison\"><h2>A and B</h2><div class=\"scroll\"><table><thead><tr><th>plan</th><th class=\"n\">"
            + $"{Metric(comparison).Title()}<small>95% interval</small></th><th class=\"n\">latency<small>median ms</small></th>"
            + $"<th class=\"n\">speed-up<small>× FP32</small></th><th class=\"n\">size</th></tr></thead><tbody>");
        Side(html, "A", comparison, first, comparison.First);
        Side(html, "B", comparison, second, comparison.Second);
        html.Add($"</tbody></table></div></section>\n");
    }

    private static void Side(HtmlWriter html, string letter, PlanComparison comparison, ComparedPlan plan, ComparedSide side)
    {
        var point = PlanPoint.Alone(new PlanMeasurement(plan.Plan, plan.Accuracy, plan.Latency));
        html.Add(
            $"<tr><td class=\"plan\"><b>{letter}: {side.Name}</b><small>{FormatShares.Titled(plan.Plan)}; plan "
            + $"{side.PlanDigest[..12]}</small></td>"
            + $"<td class=\"n\">{ComparisonWords.Level(comparison, side)}"
            + $"<small>{point.LevelIntervalText}</small></td>"
            + $"<td class=\"n\">{Figures.Milliseconds(side.MedianMs)}<small>FP32 beside it "
            + $"{Figures.Milliseconds(side.Float32MedianMs)}</small></td>");
        html.Add($"<td class=\"n\">{Figures.Ratio(point.SpeedUp)}");
        if (point.SpeedUpInterval is { } speed)
        {
            html.Add($"<small>{Figures.Ratio(speed.Low)}–{Figures.Ratio(speed.High)}</small>");
        }

        html.Add($"</td><td class=\"n\">{Figures.Bytes(side.SizeBytes)}</td></tr>");
    }

    private static void Groups(HtmlWriter html, PlanComparison comparison)
    {
        html.Add($"<section id=\"groups\"><h2>Groups that are decided otherwise</h2>");
        if (comparison.Groups.Count == 0)
        {
            html.Add($"<p>None.</p></section>\n");
            return;
        }

        html.Add($"<div class=\"scroll\"><table><thead><tr><th>group</th><th>A</th><th>B</th></tr></thead><tbody>");
        foreach (var group in comparison.Groups)
        {
            html.Add($"<tr><td class=\"group\">{group.Group}</td>");
            Decision(html, group.First);
            Decision(html, group.Second);
            html.Add($"</tr>");
        }

        html.Add($"</tbody></table></div></section>\n");
    }

    private static void Decision(HtmlWriter html, GroupDecision decision) => html.Add(
        $"<td><span class=\"chip {(decision.Format.IsBaseline ? "fp32" : "int8")}\">{decision.Format.Title}</span>"
        + $"<small>{(decision.Format.IsCalibrated ? ComparisonWords.Ranges(decision) : string.Empty)}</small></td>");

    private static MetricKind Metric(PlanComparison comparison) => comparison.Metric ?? MetricKind.Top1;
}
