namespace Cluster.Coordinator.Tests.Search.Decisions;

public sealed class DropEvidenceTests
{
    [Fact]
    public void Words_OfALoss_NameItWithItsOneInterval() => Evidence().Words.ShouldBe(
        "0.63 points lower (95 % interval -0.6 to 2.1; of 800 images 13 newly wrong, 8 newly right)");

    [Fact]
    public void Words_OfAConfidenceThatWasAsked_SayWhatEachEndIs() => (Evidence() with { Asked = 0.95 }).Words.ShouldBe(
        "0.63 points lower (each end at 95 % confidence: -0.6 to 2.1; of 800 images 13 newly wrong, 8 newly right)");

    [Fact]
    public void Rule_OfALoss_IsWhatWasExpectedAndJudged() => Evidence().Rule.ShouldBe(
        "Chosen among 2 plans. Expected on new images: 0.2 points; corrected for the choice it was judged as 1.1, where 1.2 is accepted.");

    [Fact]
    public void Rule_OfLearnedNumbers_NamesNoBound() => (Evidence() with { Decided = null }).Rule.ShouldEndWith("new images: 0.2 points.");

    [Fact]
    public void Words_OfMoreGainedThanLost_AreHigher() =>
        (Evidence() with { Counts = new PairedCounts(2, 30, 800), Expected = -0.02, Interval = new Interval(-0.049, -0.021) }).Words
            .ShouldBe("3.5 points higher (95 % interval -4.9 to -2.1; of 800 images 2 newly wrong, 30 newly right)");

    [Fact]
    public void Words_OfNoDifference_AreAsFloat32() =>
        (Evidence() with { Counts = new PairedCounts(0, 0, 10), Interval = new Interval(-0.2, 0.2) }).Words.ShouldBe(
            "as FP32 (95 % interval -20 to 20; of 10 images 0 newly wrong, 0 newly right)");

    [Fact]
    public void Words_WithoutSomeLabels_AreTheMostThatCanBeLost() =>
        (Evidence() with { Counts = new PairedCounts(1, 0, 400, Open: 2) }).Words.ShouldBe(
            "at most 0.75 points lower (95 % interval -0.6 to 2.1; of 400 images 1 newly wrong, 0 newly right, 2 answered otherwise and "
            + "without a label)");

    [Fact]
    public void Words_OfADivergence_AreInItsUnit() => (Evidence() with
    {
        Scale = new MetricScale(MetricKind.OutputKl, 0),
        Counts = PairedLosses.Of([0.01, 0.02]),
        Interval = new Interval(0.004, 0.03),
    }).Words.ShouldBe("0.015 nats from FP32 (95 % interval 0.004 nats to 0.03 nats; over 2 samples)");

    internal static DropEvidence Evidence() => new(2, new PairedCounts(13, 8, 800), 0.002, new Interval(-0.006, 0.021))
    {
        Decided = 0.011,
        Bound = 0.012,
    };
}
