using System.Globalization;
using Cluster.Coordinator.Work;
using Cluster.Plans;
using Cluster.Reporting.Html;
using Cluster.Terminal;

namespace Cluster.Reporting.Charts;

/// <summary>
/// A bar per group: the divergence that 8 bits in it alone cause, on a logarithmic scale, worst first, with its signal
/// to noise beside it.
/// </summary>
internal static class SensitivityChart
{
    private const double Left = 250;
    private const double Right = 800;
    private const double Top = 28;
    private const double RowHeight = 21;

    /// <summary>Draws the chart of a sweep with at least one group.</summary>
    public static void Write(HtmlWriter html, SensitivityResult sensitivity, Plan winner)
    {
        var rows = sensitivity.Groups.OrderByDescending(group => group.Kl).ToArray();
        var pane = new ChartPane(html, Left, Top, Right, Top + (rows.Length * RowHeight));
        var formats = winner.Groups.ToDictionary(decision => decision.Group, decision => decision.Format, StringComparer.Ordinal);
        var axis = Decades(rows);
        html.Add(
            $"<svg viewBox=\"0 0 960 {pane.Bottom + 44}\" role=\"img\" aria-label=\"Divergence of the outputs with each "
            + $"group alone in 8 bits\">");
        pane.Columns("group", "KL, nats", "SQNR, dB");
        for (var decade = axis.Low; decade <= axis.High; decade++)
        {
            pane.TickAcross(axis.At(decade), Power(decade));
        }

        for (var i = 0; i < rows.Length; i++)
        {
            Row(pane, rows[i], Top + (i * RowHeight), axis, formats.GetValueOrDefault(rows[i].Group, GroupFormat.Baseline));
        }

        pane.Upright("axis", Left);
        pane.TitleAcross("KL divergence from FP32 with this group alone in 8 bits, nats (log scale; less is better)", 38);
        html.Add($"</svg>");
    }

    private static void Row(ChartPane pane, GroupSensitivity group, double top, LinearAxis axis, GroupFormat format)
    {
        var length = group.Kl > 0 ? Math.Max(2, axis.At(Math.Log10(group.Kl)) - Left) : 0;
        var baseLine = top + (RowHeight / 2) + 4;
        pane.Html.Add(
            $"<g class=\"bar {(format.IsBaseline ? "fp32" : "int8")}\"><title>{group.Group}: {Figures.Nats(group.Kl)} nats, "
            + $"{Figures.Decibels(group.SqnrDb)} dB{(group.Total > 0 ? $", {group.Correct} of {group.Total} right" : string.Empty)}; "
            + $"{format.Title} in the selected plan</title>");
        pane.RowName(baseLine, group.Group);
        pane.Html.Add($"<rect x=\"{Left}\" y=\"{top + 3}\" width=\"{length}\" height=\"{RowHeight - 6}\" rx=\"2\"/>");
        pane.RowValues(baseLine, Figures.Nats(group.Kl), Figures.Decibels(group.SqnrDb));
        pane.Html.Add($"</g>");
    }

    /// <summary>Whole decades around all positive values; bars begin at the lowest.</summary>
    private static LinearAxis Decades(GroupSensitivity[] rows)
    {
        var logs = rows.Where(group => group.Kl > 0 && double.IsFinite(group.Kl)).Select(group => Math.Log10(group.Kl)).ToArray();
        var (low, high) = logs.Length == 0 ? (-6, 0) : (Math.Floor(logs.Min() - 0.05), Math.Ceiling(logs.Max()));
        return new LinearAxis(low, Math.Max(high, low + 1), Left, Right);
    }

    private static string Power(double decade) => decade is >= -3 and <= 2
        ? Math.Pow(10, decade).ToString("0.###", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"1e{decade:0}");
}
