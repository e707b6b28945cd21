namespace Cluster.Reporting.Sections;

/// <summary>The files with their digests, and the next command.</summary>
internal static class FilesSection
{
    public static void Write(HtmlWriter html, ReportModel model)
    {
        var result = model.Result;
        html.Add(
            $"<section id=\"files\"><h2>Files</h2><div class=\"scroll\"><table><thead><tr><th>file</th><th class=\"n\">size</th>"
            + $"<th>SHA-256</th></tr></thead><tbody>");
        html.Add(
            $"<tr><td class=\"group\"><code>{model.ModelPath}</code><small>the FP32 network</small></td><td class=\"n\">"
            + $"{Figures.Bytes(result.Baselines.Fp32.SizeBytes)}</td><td><code>{result.Model.Sha256}</code></td></tr>");
        foreach (var file in model.Files)
        {
            html.Add(
                $"<tr><td class=\"group\"><code>{file.Path}</code><small>{file.What}</small></td><td class=\"n\">"
                + $"{Figures.Bytes(file.SizeBytes)}</td><td><code>{file.Sha256 ?? Figures.None}</code></td></tr>");
        }

        html.Add($"</tbody></table></div><p class=\"note\">Plan of the result: <code>{result.Winner.PlanDigest}</code></p></section>\n");
        html.Add(
            $"<section id=\"commands\"><h2>Commands</h2><p class=\"note\">In a checkout of Cluster, this gives the result again</p><pre>"
            + $"{model.CommandLine}</pre><p class=\"note\" style=\"margin-top:12px\">Next</p><pre>"
            + $"{model.NextCommand}</pre></section>\n");
    }
}
