namespace Cluster.Reporting.Charts;

/// <summary>
/// The plans by latency and accuracy, with their uncertainties, the front, and the required accuracy.
/// </summary>
internal sealed class FrontChart(string kind, double right, double bottom, int ticks)
{
    private const double Left = 76;
    private const double Top = 16;

    /// <summary>Draws the chart for a desktop and for a phone; at least one point must be complete.</summary>
    public static void Write(HtmlWriter html, ReportModel model)
    {
        new FrontChart("wide", 944, 408, 9).Draw(html, model);
        new FrontChart("narrow", 384, 300, 5).Draw(html, model);
    }

    private void Draw(HtmlWriter html, ReportModel model)
    {
        var points = model.Points.Where(point => point.IsComplete).ToArray();
        var front = points.Where(point => point.OnFront).OrderBy(point => point.ComparableMs).ToArray();
        var float32 = points.FirstOrDefault(point => point.Roles.HasFlag(PlanRoles.Float32));
        var bound = Bound(model, float32);
        var x = Horizontal(points);
        var y = Vertical(points, bound);
        html.Add(
            $"<svg class=\"{kind}\" viewBox=\"0 0 {right + 16} {bottom + 52}\" role=\"img\" "
            + $"aria-label=\"{model.Options.Measure.Heading()} accuracy "
            + $"against milliseconds of every measured plan\">");
        var pane = new ChartPane(html, Left, Top, right, bottom);
        pane.Grid(model.Options.Measure, x, y, ticks, "median milliseconds per run", Title(model));
        if (bound is { } least)
        {
            var height = Math.Max(0, y.At(least) - Top);
            html.Add($"<rect class=\"ok\" x=\"{Left}\" y=\"{Top}\" width=\"{right - Left}\" height=\"{height}\"/>");
            pane.Level("bound", y.At(least));
        }

        if (float32 is not null)
        {
            pane.Upright("float", x.At(float32.ComparableMs!.Value));
        }

        Staircase(html, front, x, y);
        foreach (var point in points.OrderBy(Rank))
        {
            Mark(html, model, point, x, y);
        }

        Labels(html, model, points, front, bound, x, y);
        html.Add($"</svg>");
    }

    private static string Title(ReportModel model) =>
        (model.IsUnlabelled ? $"{model.Options.Measure.Title()}, FP32 = 100%," : model.Scale.AxisTitle)
        + " on the evaluation images";

    private LinearAxis Horizontal(PlanPoint[] points) =>
        LinearAxis.Over(
            points.SelectMany(
                point => new[] { Math.Max(0, point.ComparableMs!.Value - Half(point)), point.ComparableMs.Value + Half(point) }),
            0.06,
            Left,
            right);

    /// <summary>
    /// Covers all points and the whole intervals of FP32 and the winner; other intervals may be clipped. One collapsed plan would squeeze
    /// all others into a line, so points far below are drawn at the end of the axis.
    /// </summary>
    private LinearAxis Vertical(PlanPoint[] points, double? bound)
    {
        var highest = points.Max(ChartHeight.Of);
        var isShare = points[0].Metric.IsShare();
        var depth = Math.Max(isShare ? 0.12 : 0, 2.5 * (highest - (bound ?? (isShare ? highest : points.Min(ChartHeight.Of)))));
        var shown = points.Select(ChartHeight.Of).Where(height => height >= highest - depth);
        var whole = points.Where(
            point => ChartHeight.Of(point) >= highest - depth && (point.Roles & (PlanRoles.Float32 | PlanRoles.Winner)) != PlanRoles.None)
            .SelectMany(ChartHeight.Ends);
        return LinearAxis.Over([.. shown, .. whole, .. bound is { } value ? new[] { value } : []], 0.06, bottom, Top);
    }

    private static void Staircase(HtmlWriter html, PlanPoint[] front, LinearAxis x, LinearAxis y)
    {
        if (front.Length < 2)
        {
            return;
        }

        html.Add($"<path class=\"stair\" d=\"M{x.At(front[0].ComparableMs!.Value)} {y.At(ChartHeight.Of(front[0]))}");
        foreach (var point in front.Skip(1))
        {
            html.Add($"H{x.At(point.ComparableMs!.Value)}V{y.At(ChartHeight.Of(point))}");
        }

        html.Add($"\"/>");
    }

    private static void Mark(HtmlWriter html, ReportModel model, PlanPoint point, LinearAxis x, LinearAxis y)
    {
        var (cx, cy) = (x.At(point.ComparableMs!.Value), y.At(ChartHeight.Of(point)));
        html.Add($"<g class=\"{Class(point)}\"><title>{Tooltip(model, point)}</title>");
        if (IsProminent(point))
        {
            var (upright, level) = Whiskers(point, x, y);
            html.Add($"<path class=\"whisker\" d=\"M{cx} {upright.From}V{upright.To}M{level.From} {cy}H{level.To}\"/>");
        }

        if (ChartHeight.Of(point) < y.Low)
        {
            html.Add($"<path class=\"mark\" d=\"M{cx - 6} {cy - 11}H{cx + 6}L{cx} {cy - 1}Z\"/>");
        }
        else if (point.Roles.HasFlag(PlanRoles.Winner))
        {
            html.Add($"<path class=\"mark\" d=\"M{cx} {cy - 9}L{cx + 9} {cy}L{cx} {cy + 9}L{cx - 9} {cy}Z\"/>");
        }
        else if (point.Roles != PlanRoles.None)
        {
            html.Add($"<rect class=\"mark\" x=\"{cx - 5.5}\" y=\"{cy - 5.5}\" width=\"11\" height=\"11\" rx=\"2\"/>");
        }
        else
        {
            html.Add($"<circle class=\"mark\" cx=\"{cx}\" cy=\"{cy}\" r=\"{(point.OnFront ? 5 : 4)}\"/>");
        }

        html.Add($"</g>");
    }

    private void Labels(
        HtmlWriter html, ReportModel model, PlanPoint[] points, PlanPoint[] front, double? bound, LinearAxis x, LinearAxis y)
    {
        var placer = new LabelPlacer(Left + 4, Top + 2, right - 4, bottom - 2);
        foreach (var point in points)
        {
            var (cx, cy) = (x.At(point.ComparableMs!.Value), y.At(ChartHeight.Of(point)));
            placer.Reserve(cx, cy, 8);
            if (IsProminent(point))
            {
                var (upright, level) = Whiskers(point, x, y);
                placer.Reserve((cx, upright.From), (cx, upright.To));
                placer.Reserve((level.From, cy), (level.To, cy));
            }
        }

        if (bound is { } line)
        {
            placer.Reserve((Left, y.At(line)), (right, y.At(line)));
        }

        var float32 = points.FirstOrDefault(point => point.Roles.HasFlag(PlanRoles.Float32));
        if (float32 is not null)
        {
            placer.Reserve((x.At(float32.ComparableMs!.Value), Top), (x.At(float32.ComparableMs.Value), bottom));
        }

        foreach (var (from, to) in front.Zip(front.Skip(1)))
        {
            // The level part of a step; the upright one lies at a mark.
            var level = y.At(ChartHeight.Of(from));
            placer.Reserve((x.At(from.ComparableMs!.Value), level), (x.At(to.ComparableMs!.Value), level));
        }

        foreach (var point in points.Where(point => point.Roles != PlanRoles.None))
        {
            var below = ChartHeight.Of(point) < y.Low ? $" ({point.LevelText}, below the axis)" : string.Empty;
            var text = PlanNames.Of(point, model.Kind) + below;
            var (labelX, labelY) = placer.Place(text, x.At(point.ComparableMs!.Value), y.At(ChartHeight.Of(point)));
            html.Add($"<text class=\"label {Class(point)}\" x=\"{labelX}\" y=\"{labelY}\">{text}</text>");
        }

        if (bound is { } least && float32 is not null)
        {
            var text = ChartHeight.Bound(model.Options, float32);
            var (labelX, labelY) = placer.Place(text, x.At(float32.ComparableMs!.Value), y.At(least) + 12);
            html.Add($"<text class=\"label dim\" x=\"{labelX}\" y=\"{labelY}\">{text}</text>");
        }
    }

    // The interval of the accuracy, and the interquartile range of the latency.
    private static ((double From, double To) Upright, (double From, double To) Level) Whiskers(
        PlanPoint point, LinearAxis x, LinearAxis y)
    {
        var (ends, ms) = (ChartHeight.Ends(point), point.ComparableMs!.Value);
        return ((y.At(ends[0]), y.At(ends[1])), (x.At(ms - Half(point)), x.At(ms + Half(point))));
    }

    // None if the job asks for the most accurate plan without a limit for the loss.
    private static double? Bound(ReportModel model, PlanPoint? float32) =>
        model.Options is { Aim: not SearchGoal.Accurate } options && float32?.Level is { } level
            ? ChartHeight.OfBound(options, level)
            : null;

    private static string Tooltip(ReportModel model, PlanPoint point) =>
        $"{PlanNames.Of(point, model.Kind)}: {point.LevelText}{Counted(point)}, "
        + $"{Figures.Milliseconds(point.ComparableMs)} ms, {Figures.Ratio(point.SpeedUp)}× FP32, "
        + $"{FormatShares.Titled(point.Plan)}, plan {point.Plan.Digest[..12]}";

    private static string Counted(PlanPoint point) =>
        point.IsCounted ? $" ({point.Accuracy!.Correct} of {point.Accuracy.Total})" : string.Empty;

    public static string Class(PlanPoint point) => point.Roles switch
    {
        _ when point.Roles.HasFlag(PlanRoles.Winner) => "winner",
        _ when point.Roles.HasFlag(PlanRoles.Float32) => "fp32",
        PlanRoles.None => point.OnFront ? "front" : "other",
        _ => "int8",
    };

    private static int Rank(PlanPoint point) => Class(point) switch { "other" => 0, "front" => 1, "int8" => 2, "fp32" => 3, _ => 4 };

    private static bool IsProminent(PlanPoint point) => point.OnFront || point.Roles != PlanRoles.None;

    private static double Half(PlanPoint point) => (point.ComparableIqrMs ?? 0) / 2;
}
