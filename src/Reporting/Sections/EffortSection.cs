namespace Cluster.Reporting.Sections;

/// <summary>The cost of the search, and its failures.</summary>
internal static class EffortSection
{
    public static void Write(HtmlWriter html, ReportModel model)
    {
        var spent = model.Result.Evaluations;
        html.Add(
            $"<section id=\"effort\"><h2>What it took</h2><dl><dt>Evaluations</dt><dd>{spent.Full} on all evaluation images, "
            + $"{spent.Subset} on a subset; {spent.Images.ToString("N0")} images "
            + $"together{Budget(model.Options.BudgetEvaluations)}</dd><dt>Latency measurements</dt><dd>"
            + $"{model.Latencies.Count}</dd>");
        if (model.LabelsUsed is { } labels)
        {
            html.Add($"<dt>Labels</dt><dd>{labels}</dd>");
        }

        foreach (var (stage, seconds) in model.Result.Timings.Stages)
        {
            html.Add($"<dt>{stage}</dt><dd>{Figures.Duration(TimeSpan.FromSeconds(seconds))}</dd>");
        }

        html.Add($"<dt>total</dt><dd>{Figures.Duration(TimeSpan.FromSeconds(model.Result.Timings.TotalSeconds))}</dd></dl>");
        if (model.Failures.Count > 0)
        {
            html.Add(
                $"<div class=\"scroll\"><table><caption>Measurements that failed; the search went on without "
                + $"them.</caption><thead><tr><th>what</th><th>kind</th><th class=\"n\">attempts</th><th>"
                + $"why</th></tr></thead><tbody>");
            foreach (var failed in model.Failures)
            {
                html.Add(
                    $"<tr><td class=\"group\">{failed.Title}</td><td>{failed.Failure.Kind.ToString()}</td><td class=\"n\">"
                    + $"{failed.Attempts}</td><td class=\"group\">{failed.Failure.Reason}</td></tr>");
            }

            html.Add($"</tbody></table></div>");
        }

        html.Add($"</section>\n");
    }

    private static string Budget(int? budget) => budget is { } most ? $" (at most {most} evaluations were allowed)" : string.Empty;
}
