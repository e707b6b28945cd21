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

        words.ShouldBe(
            "Corrected for choosing among 9 plans, a loss of 0.75 points is expected on new images (95%: at most 1.4). That is more than "
            + "the bound, which looks at the drop below: more images bring the two together, and --confidence 0.95 accepts only what is "
            + "shown to keep the bound. The best of several looks better than it is, which the bound allows for: its drop with what chance "
            + "adds, 0.42 points, was held against the bound of 0.5 points. 1000 images cannot exclude a loss of less than 0.3 points.");
    }

    [Fact]
    public void Of_NoLossExpected_SaysSoWithoutANegativeNumber() =>
        Words(Evidence() with { Decided = 0.0042, Expected = -0.0073 })
            .ShouldStartWith("Corrected for choosing among 9 plans, no loss is expected on new images (95%: at most 1.4).");

    [Theory]
    [InlineData(1, "Its measured drop, 0.3 points, was held against the bound of 0.5 points.")]
    [InlineData(2, "its drop with what chance adds, 0.3 points, was held against the bound of 0.5 points.")]
    public void Of_SomeLooks_SaysWhatWasHeldAgainstTheBound(int looks, string said) =>
        Words(Evidence() with { Looks = looks, Decided = 0.003 }).ShouldContain(said);

    [Fact]
    public void Of_AConfidenceThatWasAsked_IsTheDropThatDecided()
    {
        string words = Words(Evidence() with { Decided = 0.0049, Expected = 0.0051, IsConfidenceAsked = true });

        words.ShouldContain("What it loses at most, 0.49 points, was held against the bound of 0.5 points.");
        words.ShouldNotContain("more than the bound");
    }

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
        IsAccepted = true,
    };
}
