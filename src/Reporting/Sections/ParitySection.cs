using Cluster.Reporting.Html;
using Cluster.Reporting.Models;
using Cluster.Terminal;

namespace Cluster.Reporting.Sections;

/// <summary>Whether the file behaves as simulated.</summary>
internal static class ParitySection
{
    public static void Write(HtmlWriter html, ReportModel model)
    {
        html.Add($"<section id=\"parity\"><h2>Does the file do what was simulated?</h2>");
        if (model.Parity is not { } parity)
        {
            html.Add($"<p>No quantized file was published, so there was nothing to compare.</p></section>\n");
            return;
        }

        html.Add(
            $"<p><span class=\"chip {(parity.Failure is null ? "pass" : "fail")}\">"
            + $"{(parity.Failure is null ? "passed" : "refused")}</span> The exported file was run in the runtime beside its "
            + $"simulation on {parity.Images} images.</p>");
        if (parity.Failure is { } failure)
        {
            html.Add($"<p>{failure}</p>");
        }

        var agreement = parity.Images == 0 ? (double?)null : (double)parity.TopOneAgree / parity.Images;
        html.Add(
            $"<dl><dt>Same top-1 class</dt><dd>{parity.TopOneAgree} of {parity.Images} ({Figures.Percent(agreement)}; at least "
            + $"99.5% is asked for where outputs are classes)</dd>");
        html.Add($"<dt>Tensors compared</dt><dd>{parity.Tensors}, each group fed the file's own inputs</dd>");
        if (parity.WorstTensor is { } worst)
        {
            html.Add(
                $"<dt>Worst tensor</dt><dd>{worst}: {Share(parity.WorstExactShare)} of its codes equal (at least 99.9% is asked for)</dd>");
        }

        html.Add(
            $"<dt>Largest difference</dt><dd>{parity.LargestStep} {(parity.LargestStep == 1 ? "code" : "codes")} (at most 1 is "
            + $"allowed)</dd><dt>QuantizeLinear nodes</dt><dd>{parity.QuantizeNodes}, as the plan says</dd></dl></section>\n");
    }

    /// <summary>Four digits, rounded down: 99.9996% must not read as all.</summary>
    private static string Share(double share) =>
        (Math.Floor(share * 1e6) / 1e4).ToString("0.0000", System.Globalization.CultureInfo.InvariantCulture) + "%";
}
