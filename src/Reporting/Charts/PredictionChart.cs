using System.Globalization;
using Cluster.Reporting.Html;
using Cluster.Reporting.Models;
using Cluster.Terminal;

namespace Cluster.Reporting.Charts;

/// <summary>Predicted against measured milliseconds, with the line where both are equal.</summary>
internal static class PredictionChart
{
    private const double Width = 460;
    private const double Height = 380;
    private const double Left = 58;
    private const double Right = 446;
    private const double Top = 12;
    private const double Bottom = 330;
    private const int TickCount = 6;

    /// <summary>Draws the chart; at least one prediction is needed.</summary>
    public static void Write(HtmlWriter html, ReportModel model)
    {
        var predictions = model.Outcome.Predictions;
        var x = LinearAxis.Over(predictions.SelectMany(one => new[] { Math.Max(0, one.PredictedMs), one.MeasuredMs }), 0.06, Left, Right);
        var y = x with { From = Bottom, To = Top };
        var winner = model.Outcome.Winner.Plan.Digest;
        html.Add(
            $"<svg class=\"small\" viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"Predicted against measured milliseconds\">");
        foreach (var tick in x.Ticks(TickCount))
        {
            var text = tick.ToString("F" + x.Digits(TickCount).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            html.Add(
                $"<line class=\"grid\" x1=\"{x.At(tick)}\" y1=\"{Top}\" x2=\"{x.At(tick)}\" y2=\"{Bottom}\"/><line class=\"grid\" "
                + $"x1=\"{Left}\" y1=\"{y.At(tick)}\" x2=\"{Right}\" y2=\"{y.At(tick)}\"/>");
            html.Add(
                $"<text class=\"tick\" x=\"{x.At(tick)}\" y=\"{Bottom + 18}\" text-anchor=\"middle\">{text}</text><text "
                + $"class=\"tick\" x=\"{Left - 8}\" y=\"{y.At(tick) + 4}\" text-anchor=\"end\">{text}</text>");
        }

        html.Add($"<line class=\"bound\" x1=\"{Left}\" y1=\"{Bottom}\" x2=\"{Right}\" y2=\"{Top}\"/>");
        foreach (var one in predictions)
        {
            var isWinner = string.Equals(one.PlanDigest, winner, StringComparison.Ordinal);
            html.Add(
                $"<g class=\"{(isWinner ? "winner" : "front")}\"><title>plan "
                + $"{one.PlanDigest[..Math.Min(12, one.PlanDigest.Length)]}: predicted {Figures.Milliseconds(one.PredictedMs)} "
                + $"ms, measured {Figures.Milliseconds(one.MeasuredMs)} ms</title>");
            html.Add(
                $"<circle class=\"mark\" cx=\"{x.At(one.PredictedMs)}\" cy=\"{y.At(one.MeasuredMs)}\" r=\"{(isWinner ? 6 : 4.5)}\"/></g>");
        }

        html.Add(
            $"<line class=\"axis\" x1=\"{Left}\" y1=\"{Bottom}\" x2=\"{Right}\" y2=\"{Bottom}\"/><line class=\"axis\" "
            + $"x1=\"{Left}\" y1=\"{Top}\" x2=\"{Left}\" y2=\"{Bottom}\"/>");
        html.Add(
            $"<text class=\"title\" x=\"{(Left + Right) / 2}\" y=\"{Bottom + 40}\" text-anchor=\"middle\">predicted, ms</text>"
            + $"<text class=\"title\" x=\"14\" y=\"{(Top + Bottom) / 2}\" text-anchor=\"middle\" transform=\"rotate(-90 14 "
            + $"{(Top + Bottom) / 2})\">measured, ms</text></svg>");
    }
}
