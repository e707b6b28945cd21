using Cluster.Reporting.Sections;

namespace Cluster.Reporting;

/// <summary>
/// The result as one self-contained HTML file: styles and charts are inline, and it can be read without its script.
/// </summary>
public static class HtmlReport
{
    /// <summary>The file's text.</summary>
    public static string Write(ReportModel model)
    {
        var html = new HtmlWriter();
        html.Begin($"{model.ModelName}: quantization report", HeadlineSection.Tone(model));
        HeadlineSection.Write(html, model);
        ComparisonSection.Write(html, model);
        FleetSection.Write(html, model);
        FrontSection.Write(html, model);
        SensitivitySection.Write(html, model);
        NetworkSection.Write(html, model);
        GroupSection.Write(html, model);
        SpreadSection.Write(html, model);
        ReconstructionSection.Write(html, model);
        PredictionSection.Write(html, model);
        ParitySection.Write(html, model);
        MethodSection.Write(html, model);
        EffortSection.Write(html, model);
        FilesSection.Write(html, model);
        html.End();
        return html.ToString();
    }
}
