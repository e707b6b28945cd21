using Cluster.Reporting.Sections;

namespace Cluster.Reporting;

/// <summary>
/// The results for several targets as one self-contained HTML file: each target's verdict and front, and a link to its own report.
/// </summary>
public static class TargetsReport
{
    /// <summary>The file's text.</summary>
    /// <param name="models">One per target; its report is in a folder with the target's name.</param>
    public static string Write(IReadOnlyList<ReportModel> models)
    {
        var html = new HtmlWriter();
        html.Begin($"{models[0].ModelName}: quantization for {models.Count} targets", "good");
        html.Add($"<header id=\"verdict\"><p class=\"eyebrow\">Quantization report · {models.Count} targets</p>");
        html.Add(
            $"<h1>{models[0].ModelName}</h1><p class=\"lead\">Each target has its own search: plans, milliseconds and counts are "
            + $"those of its runtime, and a plan is made for one target only.</p></header>\n");
        foreach (var model in models)
        {
            string target = model.Options.Target;
            var verdict = Verdict.Of(model);
            html.Add($"<section id=\"{target}\"><h2>{target}</h2><p><strong>{verdict.Status}</strong> {verdict.Sentence} ");
            html.Add($"<a href=\"{target}/report.html\">The whole report</a></p>");
            FrontSection.Draw(html, model);
            html.Add($"</section>\n");
        }

        html.End();
        return html.ToString();
    }
}
