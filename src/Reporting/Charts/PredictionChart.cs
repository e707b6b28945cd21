namespace Cluster.Reporting.Charts;

/// <summary>Predicted against measured milliseconds, with the line where both are equal.</summary>
internal static class PredictionChart
{
    private const int TickCount = 6;

    /// <summary>Draws the chart; at least one prediction is needed.</summary>
    public static void Write(HtmlWriter html, ReportModel model)
    {
        var pane = new ChartPane(html, 58, 12, 446, 330);
        var predictions = model.Result.Predictions;
        var x = LinearAxis.Over(
            predictions.SelectMany(one => new[] { Math.Max(0, one.PredictedMs), one.MeasuredMs }), 0.06, pane.Left, pane.Right);
        var y = x with { From = pane.Bottom, To = pane.Top };
        var winner = model.Result.Winner.PlanDigest;
        html.Add(
            $"<svg class=\"small\" viewBox=\"0 0 460 380\" role=\"img\" aria-label=\"Predicted against measured milliseconds\">");
        foreach (var tick in x.Ticks(TickCount))
        {
            pane.TickAcross(x.At(tick), x.Text(tick, TickCount));
            pane.TickUp(y.At(tick), x.Text(tick, TickCount));
        }

        pane.Line("bound", pane.Left, pane.Bottom, pane.Right, pane.Top);
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

        pane.Axes();
        pane.TitleAcross("predicted, ms", 40);
        pane.TitleUp("measured, ms");
        html.Add($"</svg>");
    }
}
