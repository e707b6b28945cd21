using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Search.Decisions;
using Cluster.Coordinator.Statistics;
using Cluster.Reporting.Models;

namespace Cluster.Reporting.Tests.Models;

public sealed class ChoiceWordsTests
{
    [Fact]
    public void Of_ExpectedToLoseMoreThanTheBound_SaysWhichDropDecidedAndWhyBothAreTrue()
    {
        // A vision transformer on 1000 images: accepted within half a point, with 0.75 to be expected.
        string words = Words(Evidence() with { Decided = 0.0042, Expected = 0.0075 });

        words.ShouldStartWith(
            "It was chosen among 9 plans by these same images, which flatters it. What was held against the bound of 0.50 points is the "
            + "measured drop with what the luckiest of them is flattered by on average, 0.42 points together. On new images a loss of "
            + "0.75 points is to be expected: the mean of two estimates, of which one finds too much and the other too little. That is "
            + "more than the bound, which this estimate has no say in");
        words.ShouldContain("With 95% confidence at most 1.40 points are lost, and the 95% interval is -0.60 to 1.60");
    }

    [Fact]
    public void Of_ExpectedToKeepTheBound_HasNothingToExplain()
    {
        string words = Words(Evidence() with { Decided = 0.0042, Expected = 0.005 });

        words.ShouldContain("a loss of 0.50 points is to be expected");
        words.ShouldNotContain("more than the bound");
    }

    [Theory]
    [InlineData(DecisionRule.Measured, 9, "is the measured drop, 0.30 points.")]
    [InlineData(DecisionRule.Corrected, 1, "is the measured drop, 0.30 points.")]
    [InlineData(DecisionRule.Corrected, 2, "is flattered by on average, 0.30 points together.")]
    public void Of_ARule_SaysWhatItHeldAgainstTheBound(DecisionRule rule, int looks, string said) =>
        Words(Evidence() with { Rule = rule, Looks = looks, Decided = 0.003 }).ShouldContain(said);

    [Fact]
    public void Of_AConfidenceThatWasAsked_IsTheDropThatDecided()
    {
        string words = Words(Evidence() with { Decided = 0.0049, Expected = 0.0051, IsConfidenceAsked = true });

        words.ShouldContain("against the bound of 0.50 points is the most that it loses with 95% confidence, 0.49 points.");
        words.ShouldNotContain("more than the bound");
    }

    [Fact]
    public void Of_NothingHeldAgainstABound_SaysNoBound()
    {
        string words = Words(Evidence() with { Expected = 0.0075 });

        words.ShouldContain("which flatters it. On new images a loss of 0.75 points");
        words.ShouldNotContain("bound");
    }

    [Fact]
    public void Of_OneLook_IsNoChoice() => Words(Evidence() with { Looks = 1 }).ShouldStartWith("It is the only plan that these images");

    [Fact]
    public void Of_NoEvidence_IsEmpty() => ChoiceWords.Of(null).ShouldBeEmpty();

    private static string Words(DropEvidence evidence) => ChoiceWords.Of(evidence).ShouldHaveSingleItem();

    private static DropEvidence Evidence() => new(
        DecisionRule.Corrected, 9, new PairedCounts(15, 12, 1000), 0.003, new Interval(-0.006, 0.016), 0.95, 0.014, 0.003)
    {
        Bound = 0.005,
    };
}
