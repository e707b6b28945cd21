namespace Cluster.Reporting.Sections;

/// <summary>The effect of quantizing each group alone.</summary>
internal static class SensitivitySection
{
    public static void Write(HtmlWriter html, ReportModel model)
    {
        html.Add($"<section id=\"sensitivity\"><h2>How sensitive each group is</h2>");
        if (model.Result.Sensitivity is not [var first, ..] sensitivity)
        {
            html.Add($"<p>The sweep over the groups gave no result.</p></section>\n");
            return;
        }

        html.Add($"<figure>");
        SensitivityChart.Write(html, sensitivity, model.Result.Winner.Plan);
        html.Add(
            $"<figcaption><span class=\"key\"><i class=\"bars\"></i>INT8 in the selected plan</span><span class=\"key\"><i "
            + $"class=\"fp32\"></i>FP32 in the selected plan</span><br>Each group alone in 8 bits, all others in FP32, over "
            + $"{first.Total} evaluation images. SQNR is signal to quantization noise of what the group hands on; "
            + $"more is better.</figcaption></figure></section>\n");
    }
}
