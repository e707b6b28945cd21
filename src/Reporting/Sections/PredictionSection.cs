using Cluster.Reporting.Charts;
using Cluster.Reporting.Html;
using Cluster.Reporting.Models;
using Cluster.Terminal;

namespace Cluster.Reporting.Sections;

/// <summary>How well the latency model that guides the search agrees with the clock.</summary>
internal static class PredictionSection
{
    public static void Write(HtmlWriter html, ReportModel model)
    {
        var predictions = model.Outcome.Predictions.Where(one => one.MeasuredMs > 0).ToArray();
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
            + $"choose the winner.</p><figure>");
        PredictionChart.Write(html, model);
        html.Add(
            $"<figcaption>On the dashed line both are equal; the selected plan is the larger mark. The model knows these "
            + $"observations: it was fitted to them.</figcaption></figure></section>\n");
    }
}
