namespace Cluster.Coordinator.Tests.Statistics;

public sealed class FineTuneVerdictTests
{
    [Fact]
    public void Of_IntervalAboveZero_Keeps()
    {
        // (31 - 11) / 1002 = 1.996 points, standard error sqrt((42 / 1002 - 0.01996^2) / 1002) = 0.644 points: 0.73 to 3.26.
        var verdict = FineTuneVerdict.Of(new PairedCounts(Lost: 10, Gained: 30, Total: 1000));

        verdict.Kept.ShouldBeTrue();
        verdict.Reason.ShouldContain("+2.00 points on 1000 evaluation images, 95 % interval +0.73 to +3.26");
    }

    [Theory]
    [InlineData(10, 20)] // better, but perhaps by chance
    [InlineData(0, 0)] // the same answers
    [InlineData(30, 10)] // worse
    public void Of_IntervalThatReachesZero_LeavesThePlan(int lost, int gained)
    {
        var verdict = FineTuneVerdict.Of(new PairedCounts(lost, gained, 1000));

        verdict.Kept.ShouldBeFalse();
        verdict.Reason.ShouldContain("the plan stays as it was");
    }

    [Theory]
    [InlineData(10, 20, true)]
    [InlineData(15, 15, true)]
    [InlineData(20, 15, false)] // worse, however close
    public void Of_CloserToFloat32_NeedNotBeShownToBeBetter(int lost, int gained, bool kept)
    {
        var asked = new JobOptions { SizeBudgetBytes = 1 };
        var closer = FineTuneVerdict.Closer(asked, 0.02, 0.01);

        var verdict = FineTuneVerdict.Of(new PairedCounts(lost, gained, 1000), closer: closer);

        verdict.Kept.ShouldBe(kept);
        verdict.Reason.Contains("it diverges from FP32 by 0.01 nats instead of 0.02", StringComparison.Ordinal).ShouldBe(kept);
        FineTuneVerdict.Closer(asked, 0.02, 0.019).ShouldBeNull("that is no tenth");
        FineTuneVerdict.Closer(new JobOptions(), 0.02, 0.01).ShouldBeNull("the fastest plan must be shown to be better");
    }
}
