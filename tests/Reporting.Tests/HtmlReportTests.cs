using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Cluster.Coordinator.Search.Facts;
using Cluster.Coordinator.Search.Judgements;
using Cluster.Reporting.Tests.Charts;

namespace Cluster.Reporting.Tests;

public sealed class HtmlReportTests
{
    [Fact]
    public void Write_AnyKind_HasEverySection()
    {
        string[] sections =
        [
            "verdict", "comparison", "front", "sensitivity", "network", "groups", "prediction", "parity", "method", "data", "effort",
            "files", "commands",
        ];
        foreach (var kind in Enum.GetValues<WinnerKind>())
        {
            var ids = Body(SampleOutcome.Model(kind)).Descendants().Select(element => element.Attribute("id")?.Value).ToArray();
            sections.ShouldAllBe(section => ids.Count(id => id == section) == 1);
        }
    }

    [Fact]
    public void Write_Python_IsALineForEachAndNothingIsReplaced()
    {
        var model = SampleOutcome.Model();

        Body(model).Descendants("pre").First().Value.Trim().Split('\n').ShouldBe(model.Python);
        HtmlReport.Write(model).ShouldNotContain('\uFFFD');
    }

    [Fact]
    public void Write_Faster_SaysAccuracyTimeAndSizeInOneSentence()
    {
        var lead = Lead(SampleOutcome.Model());

        lead.ShouldBe(
            "mobilenet_v1_0.25_224 with 18 of 20 groups in INT8 takes 25.9 ms instead of 31.1 ms (1.20× as fast as FP32, "
            + "batch 32, 1 thread), "
            + "is right on 59.88% (95% interval 56.44–63.22%) of the evaluation images against 60.25% (95% interval "
            + "56.82–63.58%) in FP32, and has 632.0 kB instead of 1.89 MB.");
    }

    [Fact]
    public void Write_NothingFaster_SaysKeepFloat32AndWhatCameNearest()
    {
        var model = SampleOutcome.Model(WinnerKind.NothingFaster);
        var text = Body(model).Descendants("header").Single().Value;

        Lead(model).ShouldStartWith("Keep mobilenet_v1_0.25_224 in FP32: nothing quantized that is accurate enough was faster");
        text.ShouldContain("Nothing quantized was faster than FP32 at batch 1.");
    }

    [Fact]
    public void Write_NothingFeasible_SaysWhyAndTheNearestBound()
    {
        var model = SampleOutcome.Model(WinnerKind.NothingFeasible);
        var text = Body(model).Descendants("header").Single().Value;

        Lead(model).ShouldStartWith(
            "No quantized mobilenet_v1_0.25_224 that was tried stays within 0.5 points of FP32: the nearest is right on 59.63%");
        text.ShouldContain("the nearest feasible bound is --max-drop 0.625%");
        Body(model).Descendants("td").ShouldContain(cell => cell.Value.StartsWith("Nearest", StringComparison.Ordinal));
        Body(model).Value.ShouldNotContain("Winner", Case.Sensitive);
    }

    [Fact]
    public void Write_WithoutTestSet_SaysThatAccuracyWasSelectedOnTheSameImages()
    {
        Body(SampleOutcome.Model(withTest: false)).Value.ShouldContain("selected on the same images");
        Body(SampleOutcome.Model(withTest: true)).Value.ShouldNotContain("selected on the same images");
        Body(SampleOutcome.Model(withTest: true)).Value.ShouldContain(
            "On the test set, which the search never saw: top-1 59.50% (95% interval 57.33–61.63%) against 59.80%");
    }

    [Fact]
    public void Write_Failures_SayOfWhichPlanTheyAreAndWhy()
    {
        var model = SampleOutcome.Model();

        var row = Body(model).Descendants("section").Single(section => (string?)section.Attribute("id") == "effort")
            .Descendants("tbody").Elements("tr").ShouldHaveSingleItem();

        row.Elements("td").Select(cell => cell.Value).ShouldBe(
        [
            $"accuracy of {model.Result.Baselines.Int8!.Plan}", "NotFinite", "1", "The outputs hold NaN on image 17.",
        ]);
    }

    [Fact]
    public void Write_PlansThatTheGateRefused_AreShownWithTheirReasons()
    {
        var model = SampleOutcome.Model();
        var plan = model.Result.Winner.Plan;
        model = model with
        {
            Result = model.Result with
            {
                Refused =
                [
                    new RefusedPlan(plan, "Runtime and simulation are 0.5 apart.", [], Parity: null),
                    new RefusedPlan(plan, "They diverge first in group 'b'.", ["b", "c"], Parity: null),
                ],
            },
        };

        var section = Body(model).Descendants("section").Single(section => (string?)section.Attribute("id") == "parity");

        section.Descendants("tbody").Elements("tr").Select(row => string.Join('|', row.Elements("td").Skip(1).Select(cell => cell.Value)))
            .ShouldBe(["Runtime and simulation are 0.5 apart.|none", "They diverge first in group 'b'.|b, c"]);
        section.Value.ShouldContain("5.2e-5 (at most ");
        section.Value.ShouldContain(" is allowed; the plan itself is 0.0131 from FP32)");
    }

    [Fact]
    public void Write_NamesOfOtherTools_AreBesideThoseHere() =>
        Body(SampleOutcome.Model() with { Options = new JobOptions { Methods = ["Entropy", "mse"] } })
            .Descendants("section").Single(section => (string?)section.Attribute("id") == "method").Value
            .ShouldContain("Ranges triedkl (Entropy), mse");

    [Fact]
    public void Write_Activations_AreDrawnWithTheirRangesAndTheClippedShare()
    {
        var model = SampleOutcome.Model() with
        {
            Activations =
            [
                new ActivationSpread("conv1", "relu1", "percentile:99.99", 0, 2.5, 0, 4, [100, 20, 0, 1], 0.5, 0.000023),
                new ActivationSpread("conv2", "<b>", "max", -1, 1, -1, 1, [0, 0, 0, 0], 1, 0),
            ],
        };

        var section = Body(model).Descendants("section").Single(section => (string?)section.Attribute("id") == "activations");

        var charts = section.Descendants("svg").ToArray();
        charts.ShouldAllBe(chart => ChartTests.IsWithin(chart));
        charts[0].Elements("line").Where(line => line.Attribute("class")!.Value == "bound").Select(line => line.Attribute("x1")!.Value)
            .ShouldBe(["0", "162.5"]);
        section.Descendants("figcaption").Select(words => words.Value).ShouldBe(
        [
            "relu1: 0 to 2.5 by percentile:99.99; 0.0023% clipped, 50% zeros", "<b>: -1 to 1 by max; 0% clipped, 100% zeros",
        ]);
        section.Value.ShouldContain("2 tensors, in the network's order, 1 of them clipped");
        Body(SampleOutcome.Model()).Descendants("section").ShouldAllBe(other => (string?)other.Attribute("id") != "activations");
    }

    [Fact]
    public void Write_HostileNames_AreTextOnly()
    {
        const string hostile = "</title></style><script>alert(1)</script>\"'><img src=x onerror=alert(1)>&\u001b[31m\u202e";
        var model = SampleOutcome.Model(prefix: hostile);
        var result = model.Result;
        model = model with
        {
            ModelPath = hostile,
            Machine = hostile,
            CommandLine = hostile,
            NextCommand = hostile,
            Data = [new ReportData(DataRole.Evaluation, hostile, 1, hostile)],
            Files = [new ReportFile(hostile, hostile, 1, hostile)],
            Result = result with
            {
                Model = result.Model with { Name = hostile },
                Job = result.Job with { Versions = new EvaluatorVersions(hostile, hostile, hostile), Methods = [hostile] },
                Timings = new ResultTimings(1, new Dictionary<string, double> { [hostile] = 1 }),
                Parity = new ParityFinding(Passed: false, 1, 1)
                {
                    MaxCodeDifference = 0,
                    ExactShare = 1,
                    WorstTensor = hostile,
                    WorstGroup = hostile,
                },
                Refused = [new RefusedPlan(result.Winner.Plan, hostile, [hostile], Parity: null)],
            },
        };

        var html = HtmlReport.Write(model);

        html.ShouldNotContain("<img");
        Regex.Count(html, "<script").ShouldBe(1);
        html.ShouldNotContain("\u001b");
        html.ShouldNotContain("\u202e");
        var names = Body(model)
            .Descendants()
            .Attributes()
            .Select(attribute => attribute.Name.LocalName)
            .Concat(Body(model).Descendants().Select(element => element.Name.LocalName));
        names.ShouldNotContain("onerror");
        Body(model).Descendants("h1").Single().Value.ShouldBe(VisibleText.Clean(Path.GetFileNameWithoutExtension(hostile)));
    }

    [Fact]
    public void Write_AnyKind_NeedsNothingFromOutside()
    {
        foreach (var kind in Enum.GetValues<WinnerKind>())
        {
            var html = HtmlReport.Write(SampleOutcome.Model(kind));

            html.ShouldNotContain("://");
            Regex.IsMatch(html, @"(?i)\b(src|href|srcset|action|data)\s*=|@import|url\(|<(link|iframe|object|embed|base|form)\b")
                .ShouldBeFalse();
        }
    }

    [Fact]
    public void Write_FailedBaselinesSweepAndProfile_StillReports()
    {
        var model = SampleOutcome.Model();
        var float32 = model.Result.Baselines.Fp32 with { Latency = null };
        var bare = model with
        {
            Result = model.Result with
            {
                Decision = new ResultDecision(WinnerKind.NothingFeasible, Feasible: false, "Every candidate failed."),
                Winner = float32,
                Baselines = new ResultBaselines(float32, Int8: null, Int8Best: null),
                Evidence = null,
                Front = [],
                Sensitivity = [],
                Groups = [],
                Predictions = [],
                Parity = null,
            },
            Profile = null,
            Latencies = [],
            Evaluated = [],
            Files = [],
        };

        var text = Body(bare).Value;

        text.ShouldContain("no quantized plan could be evaluated");
        text.ShouldContain("there is nothing to draw");
        text.ShouldContain("The sweep over the groups gave no result.");
        text.ShouldContain("No quantized file was published");
    }

    [Fact]
    public void Write_SameModel_GivesTheSameBytes()
    {
        HtmlReport.Write(SampleOutcome.Model()).ShouldBe(HtmlReport.Write(SampleOutcome.Model()));
    }

    private static string Lead(ReportModel model) =>
        Body(model).Descendants("p").Single(element => element.Attribute("class")?.Value == "lead").Value;

    /// <summary>
    /// The report's body is well-formed XML but for void elements and bare attributes: reading it by an XML reader
    /// proves that every element is closed and every name encoded.
    /// </summary>
    internal static XElement Body(ReportModel model) => Body(HtmlReport.Write(model));

    internal static XElement Body(string html)
    {
        var start = html.IndexOf("<main ", StringComparison.Ordinal);
        var end = html.IndexOf("</main>", StringComparison.Ordinal) + "</main>".Length;
        var xml = html[start..end].Replace("<br>", "<br/>", StringComparison.Ordinal)
            .Replace(" data-sort>", " data-sort=\"\">", StringComparison.Ordinal);
        using var reader = XmlReader.Create(new StringReader(xml), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
        return XElement.Load(reader);
    }
}
