using Cluster.Coordinator.Search.Facts;

namespace Cluster.Reporting.Sections;

/// <summary>How well the latency model that guides the search agrees with the measurements.</summary>
internal static class PredictionSection
{
    // The share by which FP32 may vary without a remark.
    private const double Unsteady = 0.1;

    public static void Write(HtmlWriter html, ReportModel model)
    {
        var predictions = model.Result.Predictions.Where(one => one.MeasuredMs > 0).ToArray();
        html.Add($"<section id=\"prediction\"><h2>Predicted and measured latency</h2>");
        if (predictions.Length == 0)
        {
            html.Add($"<p>There was no profile to predict from, so every latency is a measurement.</p></section>\n");
            return;
        }

        var errors = predictions.Select(one => Math.Abs(one.PredictedMs - one.MeasuredMs) / one.MeasuredMs).Order().ToArray();
        html.Add(
            $"<p>Over {predictions.Length} measured plans the prediction is off by {Figures.Percent(errors[errors.Length / 2])} "
            + $"in the median and {Figures.Percent(errors[^1])} at most. Predictions choose what is tried; only measurements "
            + $"choose the winner.</p>");
        if (model.Result.LatencyModel is { } check)
        {
            html.Add($"<p>{Unseen(check)}</p>");
        }

        html.Add($"<figure>");
        PredictionChart.Write(html, model);
        html.Add(
            $"<figcaption>On the dashed line both are equal; the selected plan is the larger mark. The model knows these "
            + $"observations: it was fitted to them.</figcaption></figure></section>\n");
    }

    // The machine's own variation is shown too: a model cannot be better than the measurements.
    private static string Unseen(LatencyModelCheck check) =>
        (check.MedianError is { } median
            ? $"On {check.Unseen.Count} plans that it had not seen, fitted to those with other formats alone, it is off by "
                + $"{Figures.Percent(median)} in the median and {Figures.Percent(check.LargestError)} at most"
            : "No plan was left to try it on unseen")
        + (check.RepeatError is { } repeat ? $"; two measurements of the same formats differ by {Figures.Percent(repeat)}." : ".")
        + (check.Drift > Unsteady
            ? $" The machine was not steady: FP32 took from {Figures.Milliseconds(check.Float32LowMs)} to "
                + $"{Figures.Milliseconds(check.Float32HighMs)} ms, so milliseconds are scaled by the FP32 runs in turn with each plan."
            : string.Empty);
}
