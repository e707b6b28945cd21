namespace Cluster.Networks.Tests.Runtimes.Timing;

public sealed class LatencyStatisticsTests
{
    [Theory]
    [InlineData(new[] { 7.0 }, 7, 0)]
    [InlineData(new[] { 3.0, 1 }, 2, 1)] // Q1 1.5, Q3 2.5
    [InlineData(new[] { 4.0, 1, 3, 2 }, 2.5, 1.5)] // Q1 at position 0.75: 1.75; Q3 at 2.25: 3.25
    [InlineData(new[] { 10.0, 20, 30, 40, 1000 }, 30, 20)] // Q1 20, Q3 40: an outlier moves neither
    [InlineData(new[] { 2.0, 2, 2, 2, 2, 2 }, 2, 0)]
    public void Summarize_HandVector_GivesMedianAndIqr(double[] samples, double median, double iqr)
    {
        LatencyStatistics.Summarize(samples).ShouldBe(new LatencySummary(median, iqr, samples.Length));
        LatencyStatistics.Median(samples).ShouldBe(median);
    }

    [Fact]
    public void Summarize_NoSamples_IsRefused()
        => Should.Throw<KernelException>(() => LatencyStatistics.Summarize([])).Message.ShouldContain("no samples");

    [Fact]
    public void Summarize_AnySamples_IgnoresOrderAndFollowsScale()
    {
        Prop.ForAll<int[]>(values =>
        {
            double[] samples = [.. values.Select(value => (double)(value % 1000)), 1];
            LatencySummary summary = LatencyStatistics.Summarize(samples);
            summary.IqrMs.ShouldBeGreaterThanOrEqualTo(0);
            samples.Count(sample => sample <= summary.MedianMs).ShouldBeGreaterThanOrEqualTo((samples.Length + 1) / 2);
            samples.Count(sample => sample >= summary.MedianMs).ShouldBeGreaterThanOrEqualTo((samples.Length + 1) / 2);
            LatencyStatistics.Summarize([.. samples.Reverse()]).ShouldBe(summary);
            LatencyStatistics.Summarize([.. samples.Select(sample => 4 * sample)])
                .ShouldBe(new LatencySummary(4 * summary.MedianMs, 4 * summary.IqrMs, samples.Length));
        }).QuickCheckThrowOnFailure();
    }
}
