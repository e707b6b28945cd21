using Cluster.Coordinator.Search.Decisions;
using Cluster.Coordinator.Statistics;

namespace Cluster.Reporting.Tests.Models;

public sealed class ChoiceWordsTests
{
    [Fact]
    public void Of_ManyLooks_SaysWhatIsExpectedAndWhatDecided() =>
        Words(Evidence() with { Decided = 0.0042, Expected = 0.0025 }).ShouldBe(
            "By its answers and its divergence from FP32, and those of 8 other plans, a loss of 0.25 points is expected on new images "
            + "(95%: at most 1.4). With what chance may hide, 0.42 points, it was held against the bound of 0.5 points. 1000 images cannot "
            + "exclude a loss of less than 0.3 points.");

    [Fact]
    public void Of_NoLossExpected_SaysSoWithoutANegativeNumber() =>
        Words(Evidence() with { Decided = 0.0042, Expected = -0.0073 })
            .ShouldContain("and those of 8 other plans, no loss is expected on new images (95%: at most 1.4).");

    [Fact]
    public void Of_AConfidenceThatWasAsked_IsTheDropThatDecided()
    {
        string words = Words(Evidence() with { Decided = 0.0049, Expected = 0.0051, IsConfidenceAsked = true });

        words.ShouldContain("What it loses at most, 0.49 points, was held against the bound of 0.5 points.");
    }

    [Fact]
    public void Of_ALearnedPlan_ClaimsNoPredictionByDivergence() =>
        Words(Evidence() with { HasWitness = false }).ShouldStartWith("By its answers, and those of 8 other plans, a loss of 0.3 points");

    [Fact]
    public void Of_ARateOnItsOwnAnswers_SaysHowOftenTheRuleIsWrong() => Words(Evidence() with { WrongAcceptance = 0.0352 }).ShouldContain(
        "On random halves of these answers the rule accepts a plan that loses more than the bound in 3.5 % of the cases.");

    [Fact]
    public void Of_NothingHeldAgainstABound_SaysNoBound() => Words(Evidence() with { Expected = 0.0075 }).ShouldNotContain("bound");

    [Fact]
    public void Of_OneLook_IsNoChoice() => Words(Evidence() with { Looks = 1 }).ShouldStartWith("A loss of 0.3 points is expected");

    [Fact]
    public void Of_NoEvidence_IsEmpty() => ChoiceWords.Of(null).ShouldBeEmpty();

    private static string Words(DropEvidence evidence) => ChoiceWords.Of(evidence).ShouldHaveSingleItem();

    private static DropEvidence Evidence() => new(
        9, new PairedCounts(15, 12, 1000), 0.003, new Interval(-0.006, 0.016), 0.95, 0.014, 0.003)
    {
        Bound = 0.005,
        HasWitness = true,
    };
}
