using Cluster.Coordinator.Model.Options;

namespace Cluster.Coordinator.Tests.Search.Decisions;

public sealed class DropEvidenceTests
{
    [Fact]
    public void Words_OfALoss_NameWhatWasMeasuredWhatToExpectAndWhatIsAccepted() => Evidence().Words.ShouldBe(
        "0.63 points lower here (of 800 images 13 newly wrong, 8 newly right); expect 0.2, at most 1.82 at 95 % confidence; judged as 1.1, "
        + "where 1.2 is accepted");

    [Fact]
    public void Words_OfAConfidenceThatWasAsked_HaveOneBound() =>
        (Evidence() with { IsConfidenceAsked = true, Decided = 0.0115, AtMost = 0.0115 }).Words.ShouldEndWith(
            "expect 0.2, at most 1.15 at 95 % confidence, where 1.2 is accepted");

    [Fact]
    public void Words_OfLearnedNumbers_NameNoBound() => (Evidence() with { Decided = null }).Words.ShouldEndWith("at 95 % confidence");

    [Fact]
    public void Words_OfMoreGainedThanLost_HaveNoNegativeLoss() =>
        (Evidence() with { Counts = new PairedCounts(2, 30, 800), Expected = -0.02, AtMost = -0.011 }).Words.ShouldStartWith(
            "3.5 points higher here (of 800 images 2 newly wrong, 30 newly right); expect no loss, at most 0 at 95 %");

    [Theory]
    [InlineData(10, 0.1938, "as FP32 here (of 10 images 0 newly wrong, 0 newly right, too few to tell); expect 0.2, at most 19.38 at")]
    [InlineData(4000, 0.0009, "as FP32 here (of 4000 images 0 newly wrong, 0 newly right); expect 0.09, at most 0.09 at")]
    public void Words_OfNoDifference_SayWhetherTheImagesAreTooFew(int images, double atMost, string expected) =>
        (Evidence() with { Counts = new PairedCounts(0, 0, images), AtMost = atMost }).Words.ShouldStartWith(expected);

    [Fact]
    public void Words_WithoutSomeLabels_AreTheMostThatCanBeLost() =>
        (Evidence() with { Counts = new PairedCounts(1, 0, 400, Open: 2) }).Words.ShouldStartWith(
            "at most 0.75 points lower here (of 400 images 1 newly wrong, 0 newly right, 2 answered otherwise and without a label); ");

    [Fact]
    public void Words_OfADivergence_AreInItsUnit() => (Evidence() with
    {
        Scale = MetricKind.OutputKl.Scale(),
        Counts = PairedLosses.Of([0.01, 0.02]),
        Expected = 0.015,
        AtMost = 0.03,
        Decided = 0.02,
        Bound = 0.05,
    }).Words.ShouldBe(
        "0.015 nats from FP32 here (over 2 samples); expect 0.015 nats, at most 0.03 nats at 95 % confidence; judged as 0.02 nats, where "
        + "0.05 nats is accepted");

    private static DropEvidence Evidence() => new(
        2, new PairedCounts(13, 8, 800), 0.002, new Interval(-0.006, 0.021), 0.95, 0.0182, 0.0037)
    {
        Decided = 0.011,
        Bound = 0.012,
    };
}
