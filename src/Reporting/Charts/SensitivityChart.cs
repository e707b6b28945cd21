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
        var length = group.Kl >= NatsText.Least ? Math.Max(2, axis.At(Math.Log10(group.Kl)) - pane.Left) : 0;
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
        var shown = rows.Select(group => group.Kl).Where(kl => kl >= NatsText.Least && double.IsFinite(kl));
        var logs = shown.Select(Math.Log10).ToArray();
        var (low, high) = logs.Length == 0 ? (-6, 0) : (Math.Floor(logs.Min() - 0.05), Math.Ceiling(logs.Max()));
        return new LinearAxis(low, Math.Max(high, low + 1), frame.Left, frame.Right);
    }

    private static string Power(double decade) => decade is >= -3 and <= 2
        ? Math.Pow(10, decade).ToString("0.###")
        : $"1e{decade:0}";
}

/// <summary>A chart of level bars: names, bars and two values in each row, as wide as a desktop or a phone has room for.</summary>
/// <param name="Kind">Class of the drawing: "wide" or "narrow".</param>
/// <param name="Left">Where bars begin.</param>
/// <param name="Right">Where the longest ends.</param>
/// <param name="First">Where the first value ends.</param>
/// <param name="Second">Where the second value ends.</param>
/// <param name="Letters">The most letters of a name.</param>
internal sealed record BarFrame(string Kind, double Left, double Right, double First, double Second, int Letters)
{
    /// <summary>Where the rows begin.</summary>
    public const double Top = 28;

    /// <summary>Both drawings, of which a page shows the one that fits.</summary>
    public static IReadOnlyList<BarFrame> Both { get; } = [new("wide", 250, 800, 860, 950, 34), new("narrow", 128, 258, 322, 392, 18)];

    /// <summary>Begins the drawing.</summary>
    /// <param name="height">Of all rows.</param>
    public ChartPane Begin(HtmlWriter html, double height, string label)
    {
        html.Add($"<svg class=\"{Kind}\" viewBox=\"0 0 {Second + 10} {Top + height + 44}\" role=\"img\" aria-label=\"{label}\">");
        return new ChartPane(html, Left, Top, Right, Top + height);
    }

    /// <summary>The names of the columns: what the rows are, and the values behind them.</summary>
    public void Columns(ChartPane pane, string rows, string first, string second)
    {
        pane.Text("title", Left - 10, 16, rows, isEnd: true);
        pane.Text("title", First, 16, first, isEnd: true);
        pane.Text("title", Second, 16, second, isEnd: true);
    }

    /// <summary>The name of a row before its bars, and its values behind them.</summary>
    public void Row(ChartPane pane, double y, string name, string first, string second)
    {
        pane.Text("name", Left - 10, y, VisibleText.Shorten(name, Letters), isEnd: true);
        pane.Text("value", First, y, first, isEnd: true);
        pane.Text("value", Second, y, second, isEnd: true);
    }
}
