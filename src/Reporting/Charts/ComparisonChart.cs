using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Questions;
using Cluster.Coordinator.Search;
using Cluster.Reporting.Html;
using Cluster.Reporting.Models;
using Cluster.Terminal;

namespace Cluster.Reporting.Charts;

/// <summary>Two plans, FP32 and all other plans of their jobs by speed and accuracy, on the same axes.</summary>
internal static class ComparisonChart
{
    // Narrow, so that a phone shows the whole.
    private const double Width = 520;
    private const double Height = 330;
    private const double Left = 62;
    private const double Right = 508;
    private const double Top = 12;
    private const double Bottom = 280;
    private const int Ticks = 6;

    // One collapsed plan would squeeze all others into a line: those farther below stand at the end of the axis.
    private const double Depth = 0.12;

    /// <summary>Draws the chart; both plans are timed, and judged by the same metric on the same images.</summary>
    public static void Write(HtmlWriter html, ComparedPlan first, ComparedPlan second)
    {
        Mark[] all = [.. Others(first, second), Named("A", "front", first), Named("B", "int8", second)];
        var metric = all[0].Point.Metric;
        var x = LinearAxis.Over(all.SelectMany(Across), 0.06, Left, Right);
        double least = metric.IsShare() ? all.Max(mark => mark.Height) - Depth : double.NegativeInfinity;
        var shown = all.Where(mark => mark.Height >= least).ToArray();
        var whole = shown.Where(mark => mark.IsNamed).SelectMany(mark => ChartHeight.Ends(mark.Point));
        var y = LinearAxis.Over([.. shown.Select(mark => mark.Height), .. whole], 0.06, Bottom, Top);
        html.Add(
            $"<svg class=\"small\" viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{metric.Heading()} against speed of A "
            + $"and B\">");
        var pane = new ChartPane(html, Left, Top, Right, Bottom);
        pane.Grid(metric, x, y, Ticks, "× FP32's speed");
        pane.Upright("float", x.At(1));
        var placer = new LabelPlacer(Left + 4, Top + 2, Right - 4, Bottom - 2);
        foreach (var mark in all)
        {
            Draw(html, placer, mark, x, y);
        }

        foreach (var mark in all.Where(mark => mark.IsNamed))
        {
            var (labelX, labelY) = placer.Place(mark.Name, x.At(mark.Speed), y.At(mark.Height));
            html.Add($"<text class=\"label {mark.Kind}\" x=\"{labelX}\" y=\"{labelY}\">{mark.Name}</text>");
        }

        html.Add($"</svg>");
    }

    // Those of one job once; FP32 has its own mark.
    private static IEnumerable<Mark> Others(ComparedPlan first, ComparedPlan second) =>
        first.Measured.Concat(first.Spec!.JobId == second.Spec!.JobId ? [] : second.Measured)
            .Where(plan => plan.Accuracy?.Total == first.Accuracy!.Total && (plan.Latency is not null || plan.Plan.IsBaseline))
            .DistinctBy(plan => (plan.Plan.Digest, plan.Plan.IsBaseline ? null : plan.Latency))
            .Where(plan => !ReferenceEquals(plan.Latency, first.Latency) && !ReferenceEquals(plan.Latency, second.Latency))
            .Select(plan => plan.Plan.IsBaseline
                ? new Mark("FP32", "fp32", PlanPoint.Alone(plan))
                : new Mark(string.Empty, "other", PlanPoint.Alone(plan)));

    private static Mark Named(string name, string kind, ComparedPlan plan) =>
        new(name, kind, PlanPoint.Alone(new PlanMeasurement(plan.Plan, plan.Accuracy, plan.Latency)));

    private static double[] Across(Mark mark) =>
        mark.IsNamed && mark.Point.SpeedUpInterval is { } interval ? [interval.Low, mark.Speed, interval.High] : [mark.Speed];

    private static void Draw(HtmlWriter html, LabelPlacer placer, Mark mark, LinearAxis x, LinearAxis y)
    {
        var (cx, cy) = (x.At(mark.Speed), y.At(mark.Height));
        placer.Reserve(cx, cy, 8);
        html.Add($"<g class=\"{mark.Kind}\"><title>{Tooltip(mark)}</title>");
        if (mark.IsNamed)
        {
            var (up, across) = (ChartHeight.Ends(mark.Point), Across(mark));
            html.Add(
                $"<path class=\"whisker\" d=\"M{cx} {y.At(up[0])}V{y.At(up[1])}M{x.At(across[0])} {cy}H{x.At(across[^1])}\"/>"
                + $"<path class=\"mark\" d=\"M{cx} {cy - 9}L{cx + 9} {cy}L{cx} {cy + 9}L{cx - 9} {cy}Z\"/>");
            placer.Reserve((cx, y.At(up[0])), (cx, y.At(up[1])));
            placer.Reserve((x.At(across[0]), cy), (x.At(across[^1]), cy));
        }
        else
        {
            html.Add($"<circle class=\"mark\" cx=\"{cx}\" cy=\"{cy}\" r=\"4\"/>");
        }

        html.Add($"</g>");
    }

    private static string Tooltip(Mark mark) =>
        $"{(mark.IsNamed ? $"{mark.Name}: " : string.Empty)}{mark.Point.LevelText}, {Figures.Ratio(mark.Speed)}× FP32, plan "
        + $"{mark.Point.Plan.Digest[..12]}";

    private sealed record Mark(string Name, string Kind, PlanPoint Point)
    {
        public bool IsNamed => Name.Length > 0;

        public double Speed => Point.Plan.IsBaseline ? 1 : Point.SpeedUp!.Value;

        public double Height => ChartHeight.Of(Point);
    }
}
