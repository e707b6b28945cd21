namespace Cluster.Reporting.Sections;

/// <summary>The activations of the winner's quantized tensors with the ranges that were chosen for them.</summary>
internal static class SpreadSection
{
    public static void Write(HtmlWriter html, ReportModel model)
    {
        if (model.Activations.Count == 0)
        {
            return;
        }

        html.Add(
            $"<section id=\"activations\"><h2>Activations and their ranges</h2><p class=\"note\">Values of each quantized tensor over the "
            + $"calibration images; heights are logarithms of counts, zeros are left out. The dashed lines are the ends of the range that "
            + $"its codes cover: values beyond them are clipped.</p><details><summary>{model.Activations.Count} tensors, in the network's "
            + $"order, {model.Activations.Count(spread => spread.Clipped > 0)} of them clipped</summary><div class=\"spreads\">");
        foreach (var spread in model.Activations)
        {
            html.Add($"<figure><b class=\"group\">{spread.Group}</b>");
            SpreadChart.Write(html, spread);
            html.Add(
                $"<figcaption>{spread.Tensor}: {SpreadChart.Number(spread.Low)} to {SpreadChart.Number(spread.High)} by "
                + $"{spread.Calibrator}; {Share(spread.Clipped)} clipped, {Share(spread.Zeros)} zeros</figcaption></figure>");
        }

        html.Add($"</div></details></section>\n");
    }

    // Clipping may concern a few values in millions.
    private static string Share(double share) => share is > 0 and < 1e-6
        ? "less than 0.0001%"
        : (100 * share).ToString(share < 1e-4 ? "0.####" : "0.##") + "%";
}
