namespace Cluster.Reporting.Sections;

/// <summary>Whether the file behaves like its simulation, and which plans' files did not.</summary>
internal static class ParitySection
{
    public static void Write(HtmlWriter html, ReportModel model)
    {
        html.Add($"<section id=\"parity\"><h2>Does the file do what was simulated?</h2>");
        if (model.Result.Parity is { } parity)
        {
            WriteFinding(html, parity);
        }
        else
        {
            html.Add($"<p>No quantized file was published, so there was nothing to compare.</p>");
        }

        WriteRefused(html, model);
        html.Add($"</section>\n");
    }

    private static void WriteFinding(HtmlWriter html, ParityFinding parity)
    {
        html.Add(
            $"<p><span class=\"chip {(parity.Passed ? "pass" : "fail")}\">{(parity.Passed ? "passed" : "refused")}</span> The exported "
            + $"file was run in the runtime beside its simulation on {parity.Images} images.</p><dl>");
        if (parity is { MaxCodeDifference: { } step, ExactShare: { } exact })
        {
            html.Add($"<dt>Tensors compared</dt><dd>{parity.Tensors}, each group fed the file's own inputs</dd><dt>Equal codes</dt><dd>");
            html.Add(
                $"{Share(exact)} (at least 99.9% is asked for)"
                + $"{(parity.WorstTensor is { } worst ? $", in {worst}" : " in every tensor")}");
            html.Add($"</dd><dt>Largest difference</dt><dd>{step} {(step == 1 ? "code" : "codes")} (at most 1 is allowed)</dd>");
        }

        if (parity is { Divergence: { } divergence, PlanDivergence: { } plan, AllowedDivergence: { } allowed })
        {
            html.Add(
                $"<dt>Outputs, file from simulation</dt><dd>{Figures.Nats(divergence)} (at most {Figures.Nats(allowed)} is allowed; the "
                + $"plan itself is {Figures.Nats(plan)} from FP32)</dd>");
        }

        if (parity.Top1Agreement is { } agreement)
        {
            html.Add($"<dt>Same top-1 class</dt><dd>{Figures.Percent(agreement)} of the images"
                + $"{(parity.Passed && agreement < 1 ? "; only near ties differ" : string.Empty)}</dd>");
        }

        if (parity is { Lost: { } lost, Gained: { } gained })
        {
            html.Add($"<dt>Right in the simulation alone, in the file alone</dt><dd>{lost} and {gained} images</dd>");
        }

        if (parity.WorstChannel is { } channel)
        {
            html.Add($"<dt>Weakest channel of the outputs</dt><dd>{channel.Words} (simulated on a few images)</dd>");
        }

        html.Add($"</dl>");
    }

    private static void WriteRefused(HtmlWriter html, ReportModel model)
    {
        if (model.Result.Refused is not { Count: > 0 } refused)
        {
            return;
        }

        html.Add(
            $"<div class=\"scroll\"><table><caption>Plans whose files the gate refused: none of them was published.</caption><thead><tr>"
            + $"<th>plan</th><th>why</th><th>groups named</th></tr></thead><tbody>");
        foreach (var plan in refused)
        {
            html.Add(
                $"<tr><td>{plan.Plan.ToString()}</td><td class=\"group\">{plan.Reason}</td>"
                + $"<td class=\"group\">{(plan.Groups.Count == 0 ? "none" : string.Join(", ", plan.Groups))}</td></tr>");
        }

        html.Add($"</tbody></table></div>");
    }

    /// <summary>Four digits, rounded down: 99.9996% must not look like all.</summary>
    private static string Share(double share) =>
        (Math.Floor(share * 1e6) / 1e4).ToString("0.0000") + "%";
}
