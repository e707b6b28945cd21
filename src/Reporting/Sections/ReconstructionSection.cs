namespace Cluster.Reporting.Sections;

/// <summary>The result of learning roundings, if it was tried.</summary>
internal static class ReconstructionSection
{
    public static void Write(HtmlWriter html, ReportModel model)
    {
        var rungs = Rung.Of(model);
        if (rungs.Count == 0 && model.Result.Reconstruction is not { Tried: true })
        {
            return;
        }

        html.Add($"<section id=\"reconstruction\"><h2>Learned after the search</h2>");
        Rungs(html, Rung.Headings(model), rungs);
        for (var trial = model.Result.Reconstruction; trial is { Tried: true }; trial = trial.Second)
        {
            Plan(html, trial);
        }

        html.Add($"</section>\n");
    }

    private static void Rungs(HtmlWriter html, IReadOnlyList<string> headings, IReadOnlyList<Rung> rungs)
    {
        html.Add($"<div class=\"scroll\"><table><thead><tr>");
        foreach (string heading in headings)
        {
            html.Add($"<th>{heading}</th>");
        }

        html.Add($"</tr></thead><tbody>");
        foreach (var rung in rungs)
        {
            html.Add($"<tr>");
            foreach (string cell in rung.Cells)
            {
                html.Add($"<td>{cell}</td>");
            }

            html.Add($"</tr>");
        }

        html.Add($"</tbody></table></div>");
    }

    private static void Plan(HtmlWriter html, ResultReconstruction trial)
    {
        html.Add(
            $"<p class=\"note\">Of "
            + $"{FormatShares.Titled(trial.Target!.Plan)}, with {trial.Iterations} iterations a block. Losses are on calibration "
            + $"images that nothing was learned from, before (rounded to nearest) and after; a block is kept only where its loss "
            + $"fell and the evaluation images agree.</p>");
        if (trial.Probe is { } probe)
        {
            html.Add($"<p>Probe: {probe.Reason} ({Figures.Duration(TimeSpan.FromSeconds(probe.Seconds))}).</p>");
        }

        foreach (var step in trial.Steps)
        {
            Step(html, step, trial);
        }
    }

    private static void Step(HtmlWriter html, ResultReconstructionStep step, ResultReconstruction trial)
    {
        if (step.After is not { } after)
        {
            html.Add($"<p>{step.Title} failed: {step.Reason}</p>");
            return;
        }

        string bound = step.Bound switch
        {
            null => "its bound is not known",
            0 => "nothing but FP32 bounds it, as it learns the activations' steps too",
            { } probe => $"FP32 weights diverge by {Number(probe)}",
        };
        html.Add(
            $"<p><b>{step.Title}</b>, {(step.Kept ? "kept" : "not kept")}: {step.Reason}. It diverges from "
            + $"FP32 by {Number(after.Accuracy?.Kl)} nats where the plan without does by {Number(trial.Target?.Accuracy?.Kl)}; "
            + $"{bound}. {Figures.Duration(TimeSpan.FromSeconds(step.Seconds))}.</p>");
        html.Add(
            $"<div class=\"scroll\"><table><thead><tr><th data-sort>block</th><th data-sort>learned</th><th class=\"n\" data-sort>"
            + $"loss before</th><th class=\"n\" data-sort>after</th><th data-sort>kept</th><th class=\"n\" data-sort>"
            + $"seconds</th></tr></thead><tbody>");
        foreach (var block in step.Blocks)
        {
            string kept = block.Kept ? "yes" : block.TakenBack ? "taken back by the evaluation" : "no: its loss did not fall";
            html.Add(
                $"<tr><td class=\"group\">{block.Name}</td><td>{block.Phase}</td><td class=\"n\">{Number(block.Before)}</td><td "
                + $"class=\"n\">{Number(block.After)}</td><td>{kept}</td><td class=\"n\">{block.Seconds}</td></tr>");
        }

        html.Add($"</tbody></table></div>");
    }

    private static string Number(double? value) => value?.ToString("G4") ?? Figures.None;
}
