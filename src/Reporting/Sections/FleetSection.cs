using Cluster.Coordinator.Search.Fleets;

namespace Cluster.Reporting.Sections;

/// <summary>The winner and the fronts on each of several kinds of machines; nothing for a job of one kind.</summary>
internal static class FleetSection
{
    public static void Write(HtmlWriter html, ReportModel model)
    {
        if (model.Result.Fleet is not { } fleet)
        {
            return;
        }

        html.Add($"<section id=\"kinds\"><h2>Kinds of machines</h2><p>{fleet.Note}</p>");
        html.Add(
            $"<div class=\"scroll\"><table><caption>The winner, and each kind's front of accuracy and speed (●).</caption><thead><tr>"
            + $"<th>plan</th><th>formats</th>");
        foreach (var kind in fleet.Kinds)
        {
            html.Add($"<th class=\"n\">× FP32 on {kind.Name}</th>");
        }

        html.Add($"<th class=\"n\">least ×</th><th class=\"n\">lost</th></tr></thead><tbody>");
        foreach (var plan in fleet.Plans)
        {
            bool isWinner = plan.Plan.Equals(model.Result.Winner.Plan);
            html.Add(
                $"<tr class=\"{(isWinner ? "selected" : "plain")}\"><td><code>{plan.Plan.Digest[..12]}</code></td>"
                + $"<td>{FormatShares.Titled(plan.Plan)}</td>");
            foreach (var speed in plan.Speeds)
            {
                html.Add($"<td class=\"n\">{(speed.IsOnFront == true ? "● " : string.Empty)}{Speed(speed)}</td>");
            }

            html.Add($"<td class=\"n\">{Figures.Ratio(plan.Least)}</td><td class=\"n\">{plan.Scale.Drop(plan.Drop)}</td></tr>");
        }

        html.Add($"</tbody></table></div></section>\n");
    }

    private static string Speed(FleetSpeed speed) => (speed.IsMeasured ? string.Empty : "≈ ") + Figures.Ratio(speed.SpeedUp)
        + (speed.Ci95 is [var low, var high] ? $" ({Figures.Ratio(low)}–{Figures.Ratio(high)})" : string.Empty);
}
