using Cluster.Coordinator.Questions;

namespace Cluster.Reporting.Tests;

/// <summary>The page of two plans: the answer first, the figures of the terminal and of --json, and what differs.</summary>
public sealed class ComparisonReportTests
{
    [Fact]
    public void Write_TwoPlans_SaysWhichIsBetterAndByHowMuchFirst()
    {
        var page = HtmlReportTests.Body(ComparisonReport.Write(Side("out1", Worst), Side("out2", Winner)));

        var header = page.Descendants("header").Single();
        header.Descendants("h1").Single().Value.ShouldBe("A trade");
        header.Descendants("p").Last().Value.ShouldBe("A is faster; B is more accurate.");
        var comparison = PlanComparison.Of(Side("out1", Worst), Side("out2", Winner));
        foreach (var (what, text) in Terminal.ComparisonWords.Figures(comparison))
        {
            header.Descendants("dd").Select(line => line.Value).ShouldContain(text, what);
        }

        page.Descendants("svg").Single().Descendants("text").Select(text => text.Value).ShouldContain("FP32");
        var groups = page.Descendants("section").Single(section => section.Attribute("id")?.Value == "groups");
        groups.Descendants("tbody").Single().Elements("tr").Count().ShouldBe(comparison.Groups.Count);
        page.Descendants("section").Single(section => section.Attribute("id")?.Value == "comparison").Value.ShouldContain("A: out1");
    }

    [Fact]
    public void Write_WhatCannotBeCompared_IsSaidAndNotDrawn()
    {
        var page = HtmlReportTests.Body(ComparisonReport.Write(
            Side("out1", Winner), new ComparedPlan("<other>.plan.json", Worst.Plan, Accuracy: null, Latency: null, Spec: null)));

        page.Descendants("header").Single().Value.ShouldContain("Speeds are not compared; accuracies are not compared.");
        page.Descendants("header").Single().Value.ShouldContain("one of the plans was not timed");
        page.Descendants("svg").ShouldBeEmpty();
        page.Value.ShouldContain("B: <other>.plan.json");
    }

    [Theory]
    [InlineData(0, 0, "The same plan")]
    [InlineData(0, 1, "Unclear")]
    [InlineData(0, 24, "B is better")]
    [InlineData(24, 0, "A is better")]
    public void Write_FewOrManyImagesApart_IsUnclearOrDecided(int before, int after, string status) =>
        HtmlReportTests.Body(ComparisonReport.Write(Side("a", Plan(before)), Side("b", Plan(after))))
            .Descendants("header").Single().Descendants("h1").Single().Value.ShouldBe(status);

    private static PlanMeasurement Winner => SampleOutcome.Model().Outcome.Winner;

    private static PlanMeasurement Worst => SampleOutcome.Model().Outcome.Int8!;

    // As fast as the winner; right on so many images more than 450.
    private static PlanMeasurement Plan(int more) => SampleOutcome.Measured(
        more == 0 ? Winner.Plan : Winner.Plan.With([more % 18], GroupFormat.Baseline), 450 + more, 25, 0.01);

    private static ComparedPlan Side(string name, PlanMeasurement plan)
    {
        var model = SampleOutcome.Model();
        return new ComparedPlan(name, plan.Plan, plan.Accuracy, plan.Latency, model.Outcome.Spec) { Measured = model.Evaluated };
    }
}
