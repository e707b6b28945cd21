namespace Cluster.Reporting;

/// <summary>An error analysis as a self-contained page, and as comma-separated values.</summary>
public static class ErrorReport
{
    /// <summary>The page: chart and table.</summary>
    public static string Html(ErrorAnalysis analysis)
    {
        var html = new HtmlWriter();
        html.Begin($"{analysis.Model}: errors by layer", "good");
        html.Add($"<header><p class=\"eyebrow\">Error analysis · {analysis.Groups.Count} layers · {analysis.Images} images</p>");
        html.Add(
            $"<h1>{analysis.Model}</h1><p class=\"lead\">{What(analysis)}</p></header>\n<section id=\"chart\"><h2>Where the error comes "
            + $"from</h2><figure>");
        ErrorChart.Write(html, analysis.Groups);
        html.Add(
            $"<figcaption><span class=\"key\"><i class=\"bars\"></i>this layer alone quantized, its inputs in FP32</span><span "
            + $"class=\"key\"><i class=\"fp32\"></i>all layers quantized as planned</span></figcaption></figure></section>\n");
        Table(html, analysis);
        html.End();
        return html.ToString();
    }

    /// <summary>RFC 4180, in the order of execution; a missing figure is an empty field.</summary>
    public static string Csv(ErrorAnalysis analysis)
    {
        var csv = new CsvText(
            "index", "group", "operators", "format", "local_mse", "local_mae", "local_cosine", "local_sqnr_db", "accumulated_mse",
            "accumulated_mae", "accumulated_cosine", "accumulated_sqnr_db", "worst_channel_db");
        foreach (var layer in analysis.Groups)
        {
            var (local, all) = (layer.Local, layer.Accumulated);
            csv.Add(
                layer.Index, layer.Group, string.Join('+', layer.Operators), layer.Format, local?.Mse, local?.Mae, local?.Cosine,
                local?.SqnrDb, all?.Mse, all?.Mae, all?.Cosine, all?.SqnrDb, layer.WorstChannelDb);
        }

        return csv.ToString();
    }

    /// <summary>The subject of the comparison, in a sentence.</summary>
    public static string What(ErrorAnalysis analysis) =>
        $"{analysis.Plan ?? $"All groups quantized by {analysis.Method}"}, beside FP32 on {analysis.Images} images: "
        + "what each layer hands on, with it alone quantized, and with all before it.";

    /// <summary>An error with three digits; empty if there is none.</summary>
    public static string Error(double? error) => error?.ToString("G3") ?? Figures.None;

    /// <summary>A cosine with five decimal places.</summary>
    public static string Cosine(double? cosine) => cosine?.ToString("F5") ?? Figures.None;

    private static void Table(HtmlWriter html, ErrorAnalysis analysis)
    {
        html.Add($"<section id=\"layers\"><h2>Figures</h2><div class=\"scroll\"><table><thead><tr>");
        html.Add($"<th class=\"n\" data-sort>#</th><th data-sort>layer</th><th data-sort>format</th>");
        foreach (string scope in (string[])["alone", "accumulated"])
        {
            html.Add($"<th class=\"n\" data-sort>MSE, {scope}</th><th class=\"n\" data-sort>MAE</th>");
            html.Add($"<th class=\"n\" data-sort>cosine</th><th class=\"n\" data-sort>SQNR, dB</th>");
        }

        html.Add($"<th class=\"n\" data-sort>worst channel, dB</th></tr></thead><tbody>");
        foreach (var layer in analysis.Groups)
        {
            html.Add($"<tr><td class=\"n\">{layer.Index}</td><td class=\"group\">{layer.Group}<small>");
            html.Add($"{string.Join(" + ", layer.Operators)}</small></td><td>{layer.Format}</td>");
            Cells(html, layer.Local);
            Cells(html, layer.Accumulated);
            Cell(html, layer.WorstChannelDb, Figures.Decibels(layer.WorstChannelDb));
            html.Add($"</tr>\n");
        }

        html.Add($"</tbody></table></div></section>\n");
    }

    private static void Cells(HtmlWriter html, ErrorFigures? figures)
    {
        Cell(html, figures?.Mse, Error(figures?.Mse));
        Cell(html, figures?.Mae, Error(figures?.Mae));
        Cell(html, figures?.Cosine, Cosine(figures?.Cosine));
        Cell(html, figures?.SqnrDb, Figures.Decibels(figures?.SqnrDb));
    }

    private static void Cell(HtmlWriter html, double? value, string text) =>
        html.Add($"<td class=\"n\" data-v=\"{value?.ToString("R")}\">{text}</td>");
}
