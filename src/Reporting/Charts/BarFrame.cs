namespace Cluster.Reporting.Charts;

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
