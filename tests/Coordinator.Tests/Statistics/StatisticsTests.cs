using FsCheck;

namespace Cluster.Coordinator.Tests.Statistics;

public sealed class StatisticsTests
{
    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.95, 1.6448536269514722)]
    [InlineData(0.025, -1.9599639845400545)]
    [InlineData(1e-10, -6.361340902404056)]
    [InlineData(1e-20, -9.262340089798408)]
    public void Quantile_KnownProbability_IsThePublishedValue(double probability, double expected) =>
        Normal.Quantile(probability).ShouldBe(expected, 1e-12);

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1.959963984540054, 0.975)]
    [InlineData(-6.361340902404056, 1e-10)]
    [InlineData(-9.262340089798408, 1e-20)]
    [InlineData(40, 1)]
    public void Cumulative_KnownQuantile_IsItsProbability(double value, double expected) =>
        Normal.Cumulative(value).ShouldBe(expected, 1e-6 * expected);

    [Theory]
    // Newcombe 1998, table I, cases of method 3: 81/263, 15/148, 0/20, 1/29.
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0.0, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    [InlineData(20, 20, 0.8389, 1.0)]
    public void WilsonOf_PublishedCase_IsThePublishedInterval(int correct, int total, double low, double high)
    {
        var interval = WilsonInterval.Of(correct, total);

        interval.Low.ShouldBe(low, 5e-5);
        interval.High.ShouldBe(high, 5e-5);
    }

    [Fact]
    public void WilsonOf_AnyCounts_ContainsTheEstimateWithinZeroAndOne() => Prop.ForAll(
        Gen.Choose(1, 5000).SelectMany(total => Gen.Choose(0, total).Select(correct => (correct, total))).ToArbitrary(),
        counts =>
        {
            var interval = WilsonInterval.Of(counts.correct, counts.total);
            var estimate = (double)counts.correct / counts.total;
            return interval.Low >= 0 && interval.Low <= estimate && estimate <= interval.High && interval.High <= 1;
        }).QuickCheckThrowOnFailure();

    [Theory]
    // By hand: (2, 10): 2·(P(0)+P(1)+P(2)/2) of Binomial(12, 1/2) = 2·(1+12+33)/4096; (0, 5): 2·(1/2)/32; (3, 3): 1.
    [InlineData(2, 10, 92.0 / 4096)]
    [InlineData(10, 2, 92.0 / 4096)]
    [InlineData(0, 5, 1.0 / 32)]
    [InlineData(3, 3, 1.0)]
    [InlineData(0, 0, 1.0)]
    [InlineData(0, 1, 0.5)]
    public void McNemarMidP_SmallCounts_IsTheSumByHand(int lost, int gained, double expected) =>
        new PairedCounts(lost, gained, 100).McNemarMidP.ShouldBe(expected, 1e-12);

    [Fact]
    public void McNemarMidP_ThousandsOfDiscordantImages_StaysFinite() =>
        new PairedCounts(6000, 4000, 20000).McNemarMidP.ShouldBeInRange(0, 1e-80);

    [Fact]
    public void DropInterval_KnownCounts_IsTheAdjustedWaldByHand()
    {
        // n + 2 = 102, p12 = 11/102, p21 = 3/102: difference 8/102, error sqrt((14/102 − (8/102)²)/102).
        var error = Math.Sqrt(((14.0 / 102) - Math.Pow(8.0 / 102, 2)) / 102);
        var interval = new PairedCounts(10, 2, 100).DropInterval(0.95);

        interval.Low.ShouldBe((8.0 / 102) - (1.959963984540054 * error), 1e-12);
        interval.High.ShouldBe((8.0 / 102) + (1.959963984540054 * error), 1e-12);
        new PairedCounts(10, 2, 100).DropUpperBound(0.95).ShouldBe((8.0 / 102) + (1.6448536269514722 * error), 1e-12);
    }

    [Fact]
    public void DropInterval_OpenImages_ReachesFromAllGainedToAllLost()
    {
        var counts = new PairedCounts(10, 2, 100, Open: 3);

        counts.Drop.ShouldBe(0.11);
        counts.DropInterval(0.95).Low.ShouldBe(new PairedCounts(10, 5, 100).DropInterval(0.95).Low, 1e-12);
        counts.DropInterval(0.95).High.ShouldBe(new PairedCounts(13, 2, 100).DropInterval(0.95).High, 1e-12);
        counts.StandardError.ShouldBe(new PairedCounts(13, 2, 100).StandardError, 1e-12);
        counts.McNemarMidP.ShouldBe(new PairedCounts(10, 2, 100).McNemarMidP);
        counts.Words.ShouldBe("of 100 images 10 newly wrong, 2 newly right, 3 answered otherwise and without a label");
    }

    [Theory]
    [InlineData(4, 0, true)]
    [InlineData(5, 0, false)]
    [InlineData(9, 5, true)]
    [InlineData(0, 9, true)]
    public void IsFeasible_PointEstimate_ComparesTheNetDrop(int lost, int gained, bool expected) =>
        new Feasibility(0.005, Confidence: null).IsFeasible(new PairedCounts(lost, gained, 800)).ShouldBe(expected);

    [Fact]
    public void IsFeasible_WithConfidence_DemandsTheBound()
    {
        var counts = new PairedCounts(4, 0, 800);

        new Feasibility(0.005, 0.95).IsFeasible(counts).ShouldBeFalse();
        new Feasibility(0.02, 0.95).IsFeasible(counts).ShouldBeTrue();
    }

    [Fact]
    public void PairedOf_Subset_TakesTheReferenceAtTheSubsetsImages()
    {
        var scope = ImageScope.Subset(3, seed: 1);
        var indices = scope.Indices(10);
        var reference = Sample.Accuracy([.. Enumerable.Range(0, 10).Select(i => i == indices[0] || i == indices[2])]);
        var candidate = Sample.Accuracy([false, true, true]);

        PairedCounts.Of(reference, candidate, scope).ShouldBe(new PairedCounts(Lost: 1, Gained: 1, Total: 3));
    }

    [Fact]
    public void PairedOf_OtherNumberOfImages_IsRefused() =>
        Should.Throw<JobException>(() => PairedCounts.Of(Sample.Accuracy([true, true]), Sample.Accuracy([true]), ImageScope.Full))
            .Message.ShouldContain("changed during the job");
}
