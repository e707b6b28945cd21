using Cluster.Coordinator.Questions;
using Cluster.Coordinator.Search.Facts;
using Cluster.Terminal;

namespace Cluster.Cli.Tests.Terminal;

/// <summary>What `compare` says of two plans.</summary>
public sealed class ComparisonWordsTests
{
    [Fact]
    public void Status_FasterAndLessAccurate_IsATrade()
    {
        var comparison = PlanComparison.Of(Side(SampleOutcome.Int8), Side(Winner));

        ComparisonWords.Status(comparison).ShouldBe("A trade");
        ComparisonWords.Sentence(comparison).ShouldBe("A is faster; B is more accurate.");
    }

    [Fact]
    public void Status_PlanThatWasNotMeasured_IsNotCompared()
    {
        var plan = SampleOutcome.Int8.Plan;

        var comparison = PlanComparison.Of(
            Side(Winner), new ComparedPlan("other.plan.json", plan, Accuracy: null, Latency: null, Spec: null));

        ComparisonWords.Status(comparison).ShouldBe("Not compared");
        ComparisonWords.Sentence(comparison).ShouldBe("Speeds are not compared; accuracies are not compared.");
        comparison.Notes.ShouldContain(note => note.Contains("one of the plans was not timed", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, 0, "The same plan")]
    [InlineData(0, 1, "Unclear")]
    [InlineData(0, 24, "B is better")]
    [InlineData(24, 0, "A is better")]
    public void Status_FewOrManyImagesApart_IsUnclearOrDecided(int before, int after, string status) =>
        ComparisonWords.Status(PlanComparison.Of(Side(Plan(before)), Side(Plan(after)))).ShouldBe(status);

    private static PlanMeasurement Winner => SampleOutcome.Winner;

    // As fast as the winner; right on so many images more than 450.
    private static PlanMeasurement Plan(int more) => SampleOutcome.Measured(
        more == 0 ? Winner.Plan : Winner.Plan.With([more % 18], GroupFormat.Baseline), 450 + more, 25, 0.01);

    private static ComparedPlan Side(PlanMeasurement plan) =>
        new("out", plan.Plan, plan.Accuracy, plan.Latency, SampleOutcome.Spec());
}
