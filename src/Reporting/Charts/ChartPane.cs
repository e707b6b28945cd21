namespace Cluster.Reporting.Charts;

/// <summary>The rectangle that a chart is drawn in, and what all charts draw: lines across it, ticks, titles.</summary>
internal sealed record ChartPane(HtmlWriter Html, double Left, double Top, double Right, double Bottom)
{
    /// <summary>A line from top to bottom.</summary>
    public void Upright(string kind, double x) => Line(kind, x, Top, x, Bottom);

    /// <summary>A line from left to right.</summary>
    public void Level(string kind, double y) => Line(kind, Left, y, Right, y);

    public void Line(string kind, double x1, double y1, double x2, double y2) =>
        Html.Add($"<line class=\"{kind}\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/>");

    /// <summary>A text whose middle, or whose end, is at the point.</summary>
    public void Text(string kind, double x, double y, string text, bool isEnd = false) =>
        Html.Add($"<text class=\"{kind}\" x=\"{x}\" y=\"{y}\" text-anchor=\"{(isEnd ? "end" : "middle")}\">{text}</text>");

    /// <summary>An upright line of the grid with its tick below.</summary>
    public void TickAcross(double x, string text)
    {
        Upright("grid", x);
        Text("tick", x, Bottom + 18, text);
    }

    /// <summary>A level line of the grid with its tick beside it.</summary>
    public void TickUp(double y, string text)
    {
        Level("grid", y);
        Text("tick", Left - 8, y + 4, text, isEnd: true);
    }

    /// <summary>Both axes.</summary>
    public void Axes()
    {
        Level("axis", Bottom);
        Upright("axis", Left);
    }

    /// <summary>The grid, axes and titles of a chart of accuracies.</summary>
    /// <param name="ticks">About how many on each axis.</param>
    /// <param name="across">The title of the axis from left to right.</param>
    /// <param name="up">The title of the axis from bottom to top.</param>
    public void Grid(MetricKind metric, LinearAxis x, LinearAxis y, int ticks, string across, string up)
    {
        foreach (var tick in y.Ticks(ticks))
        {
            TickUp(y.At(tick), metric.Scale().Tick(tick, y.Digits(ticks)));
        }

        foreach (var tick in x.Ticks(ticks))
        {
            TickAcross(x.At(tick), x.Text(tick, ticks));
        }

        Axes();
        TitleAcross(across, 42);
        TitleUp(up);
    }

    /// <summary>The title below the axis from left to right.</summary>
    public void TitleAcross(string text, double below) => Text("title", (Left + Right) / 2, Bottom + below, text);

    /// <summary>The title beside the axis from bottom to top.</summary>
    public void TitleUp(string text)
    {
        double middle = (Top + Bottom) / 2;
        Html.Add(
            $"<text class=\"title\" x=\"14\" y=\"{middle}\" text-anchor=\"middle\" transform=\"rotate(-90 14 {middle})\">{text}</text>");
    }
}
