namespace Cluster.Reporting.Sections;

/// <summary>The answer in three lines, and behind them why and how sure it is.</summary>
internal static class HeadlineSection
{
    /// <summary>
    /// "good" where something won, "doubt" if the images do not show that it keeps the bound, "bad" where nothing may be deployed, else
    /// "none".
    /// </summary>
    public static string Tone(ReportModel model) => model.Kind switch
    {
        WinnerKind.Faster or WinnerKind.MostAccurate when model.Result.Verdict is { Sure: false } or { Kind: VerdictKind.DataDoubted } =>
            "doubt",
        WinnerKind.Faster or WinnerKind.MostAccurate => "good",
        WinnerKind.Unclear or WinnerKind.NothingFaster => "none",
        _ => "bad",
    };

    public static void Write(HtmlWriter html, ReportModel model)
    {
        var verdict = Verdict.Of(model);
        var tone = Tone(model);
        html.Add(
            $"<header id=\"verdict\"><p class=\"eyebrow\">Quantization report · target {model.Options.Target} · job "
            + $"{model.Result.Job.Id[..12]}</p><h1>{model.ModelName}</h1>");
        html.Add($"<span class=\"status {tone}\">{verdict.Status}</span><dl class=\"answer\">");
        foreach (var (what, text) in PlainLines.Of(model))
        {
            html.Add($"<dt>{what}</dt><dd>{text}</dd>");
        }

        html.Add($"</dl>");
        if (model.Python.Count > 0)
        {
            html.Add($"<pre>");
            foreach (string line in model.Python)
            {
                html.Add($"{line}\n");
            }

            html.Add($"</pre>");
        }

        html.Add($"<details class=\"notes\"><summary>Why, and how sure that is</summary>");
        html.Add($"<p class=\"lead\">{verdict.Sentence}</p><ul class=\"notes\">");
        foreach (var note in verdict.Notes)
        {
            html.Add($"<li>{note}</li>");
        }

        html.Add($"</ul></details></header>\n");
    }
}
