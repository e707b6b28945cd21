using Cluster.Coordinator.Search.Decisions;
using Cluster.Coordinator.Statistics;

namespace Cluster.Reporting.Tests.Models;

public sealed class ChoiceWordsTests
{
    [Fact]
    public void Of_ARateOnItsOwnAnswers_SaysHowOftenTheRuleIsWrong() =>
        ChoiceWords.Of(Evidence() with { WrongAcceptance = 0.0352 }).ShouldBe(
        [
            "On random halves of these answers the rule accepts a plan that loses more than the bound in 3.5 % of the cases.",
        ]);

    [Fact]
    public void Of_NoEvidenceOrNoRate_IsEmpty()
    {
        ChoiceWords.Of(null).ShouldBeEmpty();
        ChoiceWords.Of(Evidence()).ShouldBeEmpty();
    }

    private static DropEvidence Evidence() => new(
        9, new PairedCounts(15, 12, 1000), 0.003, new Interval(-0.006, 0.016), 0.95, 0.014, 0.003);
}
