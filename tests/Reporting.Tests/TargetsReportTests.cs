namespace Cluster.Reporting.Tests;

/// <summary>The page of several targets: a front and a verdict for each, and the way to its own report.</summary>
public sealed class TargetsReportTests
{
    [Fact]
    public void Write_TwoTargets_HasAFrontAVerdictAndALinkForEach()
    {
        var page = HtmlReportTests.Body(
            TargetsReport.Write([On("onnxruntime-cpu", WinnerKind.Faster), On("libtorch-cuda", WinnerKind.NothingFaster)]));

        var sections = page.Descendants("section").ToArray();
        sections.Select(section => section.Attribute("id")?.Value).ShouldBe(["onnxruntime-cpu", "libtorch-cuda"]);
        foreach (var section in sections)
        {
            section.Descendants("svg").Count().ShouldBe(2, "a front, for a desktop and for a phone");
            section.Descendants("table").Count().ShouldBe(1);
            section.Descendants("a").Single().Attribute("href")!.Value.ShouldBe($"{section.Attribute("id")!.Value}/report.html");
        }

        sections[1].Value.ShouldContain("Keep mobilenet_v1_0.25_224 in FP32");
    }

    private static ReportModel On(string target, WinnerKind kind)
    {
        var model = SampleOutcome.Model(kind);
        return model with { Options = model.Options with { Target = target } };
    }
}
