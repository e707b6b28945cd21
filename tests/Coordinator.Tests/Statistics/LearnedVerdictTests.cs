namespace Cluster.Coordinator.Tests.Statistics;

public sealed class LearnedVerdictTests
{
    [Fact]
    public void Of_IntervalAboveZero_Keeps()
    {
        // (31 - 11) / 1002 = 1.996 points, standard error sqrt((42 / 1002 - 0.01996^2) / 1002) = 0.644 points: 0.73 to 3.26.
        var verdict = LearnedVerdict.Of(new PairedCounts(Lost: 10, Gained: 30, Total: 1000), 0.02, 0.03);

        verdict.Kept.ShouldBeTrue();
        verdict.Reason.ShouldContain("+2.00 points on 1000 evaluation images, 95 % interval +0.73 to +3.26");
    }

    [Theory]
    [InlineData(10, 20)] // better, but perhaps by chance
    [InlineData(0, 0)] // the same answers
    [InlineData(30, 10)] // worse
    public void Of_IntervalThatReachesZeroAndDivergesNoLess_LeavesThePlan(int lost, int gained)
    {
        var verdict = LearnedVerdict.Of(new PairedCounts(lost, gained, 1000), 0.02, 0.019);

        verdict.Kept.ShouldBeFalse("that is no tenth");
        verdict.Reason.ShouldContain("it diverges from FP32 by 0.019 nats instead of 0.02; the plan stays as it was");
    }

    [Theory]
    [InlineData(10, 20, true)]
    [InlineData(15, 15, true)]
    [InlineData(20, 15, false)] // worse, however close
    public void Of_CloserToFloat32_NeedNotBeShownToBeBetter(int lost, int gained, bool kept)
    {
        var verdict = LearnedVerdict.Of(new PairedCounts(lost, gained, 1000), 0.02, 0.01);

        verdict.Kept.ShouldBe(kept);
        verdict.Reason.ShouldContain("it diverges from FP32 by 0.01 nats instead of 0.02");
    }

    [Fact]
    public void Of_SixOfFiveHundredGainedAndASeventhOfTheDivergence_Keeps()
    {
        // LeNet in W2A4: 490 to 496 right. (8 - 2) / 502 = 1.195 points, error sqrt((10 / 502 - 0.01195^2) / 502) = 0.628: -0.03 to 2.43.
        var verdict = LearnedVerdict.Of(new PairedCounts(Lost: 1, Gained: 7, Total: 500), 0.093, 0.013);

        verdict.ShouldBe(new LearnedVerdict(
            true,
            "the trained file is as good or better: +1.20 points on 500 evaluation images, 95 % interval -0.03 to +2.43, and it diverges "
            + "from FP32 by 0.013 nats instead of 0.093"));
    }

    [Fact]
    public void Of_MetricThatCountsNoImages_IsJudgedByItsLossesAlone()
    {
        var same = PairedLosses.Of([0, 0, 0, 0]);

        var verdict = LearnedVerdict.Of(same, 0.02, 0.01, scale: MetricKind.Rmse.Scale(float32: 1));

        verdict.Kept.ShouldBeFalse();
        verdict.Reason.ShouldNotContain("nats");
    }
}
