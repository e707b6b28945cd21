namespace Cluster.Reporting.Charts;

/// <summary>
/// A bar per group: the divergence that 8 bits in it alone cause, on a logarithmic scale, worst first, with its signal
/// to noise beside it.
/// </summary>
internal static class SensitivityChart
{
    private const double RowHeight = 21;
    private const double LabelWidth = 36;

    /// <summary>Draws the chart of a sweep with at least one group.</summary>
    public static void Write(HtmlWriter html, IReadOnlyList<GroupSensitivity> sensitivity, Plan winner)
    {
        var rows = sensitivity.OrderByDescending(group => group.Kl).ToArray();
        var formats = winner.Groups.ToDictionary(decision => decision.Group, decision => decision.Format, StringComparer.Ordinal);
        foreach (var frame in BarFrame.Both)
        {
            var pane = frame.Begin(html, rows.Length * RowHeight, "Divergence of the outputs with each group alone in 8 bits");
            var axis = Decades(rows, frame);
            frame.Columns(pane, "group", "KL, nats", "SQNR, dB");
            var step = Math.Ceiling(LabelWidth * (axis.High - axis.Low) / (axis.To - axis.From));
            for (var decade = axis.Low; decade <= axis.High; decade += step)
            {
                pane.TickAcross(axis.At(decade), Power(decade));
            }

            for (var i = 0; i < rows.Length; i++)
            {
                var format = formats.GetValueOrDefault(rows[i].Group, GroupFormat.Baseline);
                Row(pane, frame, rows[i], BarFrame.Top + (i * RowHeight), axis, format);
            }

            pane.Upright("axis", pane.Left);
            pane.TitleAcross("KL divergence, nats (log scale; less is better)", 38);
            html.Add($"</svg>");
        }
    }

    private static void Row(
        ChartPane pane, BarFrame frame, GroupSensitivity group, double top, LinearAxis axis, GroupFormat format)
    {
        var length = group.Kl >= Figures.LeastNats ? Math.Max(2, axis.At(Math.Log10(group.Kl)) - pane.Left) : 0;
        var baseLine = top + (RowHeight / 2) + 4;
        pane.Html.Add(
            $"<g class=\"bar {(format.IsBaseline ? "fp32" : "int8")}\"><title>{group.Group}: {Figures.Nats(group.Kl)} nats, "
            + $"{Figures.Decibels(group.SqnrDb)} dB{(group.Total > 0 ? $", {group.Correct} of {group.Total} right" : string.Empty)}; "
            + $"{format.Title} in the selected plan</title>");
        pane.Html.Add($"<rect x=\"{pane.Left}\" y=\"{top + 3}\" width=\"{length}\" height=\"{RowHeight - 6}\" rx=\"2\"/>");
        frame.Row(pane, baseLine, group.Group, Figures.Nats(group.Kl), Figures.Decibels(group.SqnrDb));
        pane.Html.Add($"</g>");
    }

    /// <summary>Whole decades around all positive values; bars begin at the lowest.</summary>
    private static LinearAxis Decades(GroupSensitivity[] rows, BarFrame frame)
    {
        var shown = rows.Select(group => group.Kl).Where(kl => kl >= Figures.LeastNats && double.IsFinite(kl));
        var logs = shown.Select(Math.Log10).ToArray();
        var (low, high) = logs.Length == 0 ? (-6, 0) : (Math.Floor(logs.Min() - 0.05), Math.Ceiling(logs.Max()));
        return new LinearAxis(low, Math.Max(high, low + 1), frame.Left, frame.Right);
    }

    private static string Power(double decade) => decade is >= -3 and <= 2
        ? Math.Pow(10, decade).ToString("0.###")
        : $"1e{decade:0}";
}
