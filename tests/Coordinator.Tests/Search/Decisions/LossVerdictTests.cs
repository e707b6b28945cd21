namespace Cluster.Coordinator.Tests.Search.Decisions;

public sealed class LossVerdictTests
{
    /// <summary>The interval, the accepted drop, the test set's, whether that is sure, and what is said.</summary>
    public static TheoryData<double, double, double, double?, bool, string> Rows => new()
    {
        { -0.006, 0.0027, 0.01, null, true, "Sure: at most 0.27 points, where 1 is accepted" },
        { -0.049, -0.021, 0.01, null, true, "Sure: at most 0 points, where 1 is accepted" },
        { 0.013, 0.04, 0.01, null, true, "Sure: at least 1.3 points lost, where 1 is accepted" },
        { -0.006, 0.057, 0.03, null, false, "Not sure: 800 images cannot exclude 5.7 points, where 3 is accepted; about 1,400 would" },
        { -0.006, 0.001, 0.01, 0.0013, false, "Not sure: the test set lost 0.13 points, where at most 0.1 points was promised" },
        { -0.006, 0.001, 0.01, 0.0009, true, "Sure: at most 0.1 points, where 1 is accepted" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void Of_AnIntervalAndABound_SaysWhetherItIsSureAndWhatItWouldTake(
        double low, double high, double bound, double? tested, bool isSure, string words)
    {
        var verdict = LossVerdict.Of(
            DropEvidenceTests.Evidence() with { Interval = new Interval(low, high), Bound = bound, Samples = 1400 }, tested)
            .ShouldNotBeNull();

        verdict.Words.ShouldBe(words);
        verdict.IsSure.ShouldBe(isSure);
        verdict.Samples.ShouldBe(words.Contains("would", StringComparison.Ordinal) ? 1400 : null);
    }

    [Fact]
    public void Of_NoBoundOrFloat32_IsNone()
    {
        LossVerdict.Of(DropEvidenceTests.Evidence() with { Bound = null }, tested: null).ShouldBeNull();
        LossVerdict.Of(null, tested: null).ShouldBeNull();
    }

    [Theory]
    [InlineData(WinnerKind.Faster, false, VerdictKind.Accepted)]
    [InlineData(WinnerKind.MostAccurate, false, VerdictKind.Accepted)]
    [InlineData(WinnerKind.Unclear, false, VerdictKind.Unclear)]
    [InlineData(WinnerKind.NothingFaster, false, VerdictKind.NothingFasterAccurate)]
    [InlineData(WinnerKind.NothingFeasible, false, VerdictKind.NothingFasterAccurate)]
    [InlineData(WinnerKind.Faster, true, VerdictKind.DataDoubted)]
    public void Of_EachEnd_IsOneWord(WinnerKind kind, bool isDoubted, VerdictKind expected) =>
        ResultVerdict.Of(kind, loss: null, isDoubted).Kind.ShouldBe(expected);

    // Student's t at 602 degrees of freedom is 1.96 + 1.96 (1.96² + 1) / (4 · 602) = 1.96394; (1.96394 · 0.1 / (0.01 - 0.002))² = 602.7.
    [Fact]
    public void SamplesFor_Losses_IsWhereStudentsIntervalEndsAtTheBound()
    {
        var losses = new PairedLosses(Mean: 0.002, Deviation: 0.1, Skewness: 0, Total: 100);

        losses.SamplesFor(0.01, 1.96).ShouldBe(610);
        losses.UpperEnd(602, 1.96).ShouldBeGreaterThan(0.01);
        losses.UpperEnd(603, 1.96).ShouldBeLessThan(0.01);
        losses.UpperEnd(100, 1.96).ShouldBe(losses.DropInterval(1.96, 1.96).High);
    }

    // With as many answers the same, the end is 1.96 √2 / (n + 2) (Bonett and Price): n = 1.96 · 1.41421 / 0.01 - 2 = 275.2.
    [Fact]
    public void SamplesFor_Counts_IsWhereTheAdjustedIntervalEndsAtTheBound()
    {
        var counts = new PairedCounts(0, 0, 50);

        counts.SamplesFor(0.01, 1.96).ShouldBe(280);
        counts.UpperEnd(275, 1.96).ShouldBeGreaterThan(0.01);
        counts.UpperEnd(276, 1.96).ShouldBeLessThan(0.01);
        new PairedCounts(9, 4, 500).UpperEnd(500, 1.96).ShouldBe(new PairedCounts(9, 4, 500).DropInterval(1.96, 1.96).High);
    }

    [Fact]
    public void SamplesFor_ADropBeyondTheBound_IsNone() => new PairedCounts(12, 2, 500).SamplesFor(0.02, 1.96).ShouldBeNull();
}
