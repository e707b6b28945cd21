namespace Cluster.Networks.Tests.Runtimes.Timing;

public sealed class LatencySittingsTests
{
    private static readonly LatencyOptions Sitting = new() { Rounds = 4, FewestRounds = 2, WarmUpRuns = 1, WarmUpTime = TimeSpan.Zero };

    private readonly ManualTime _clock = new();
    private int _opened;
    private int _closed;

    [Fact]
    public void Measure_OpeningIsCheap_OpensForEachOfSixSittings()
    {
        var measured = Measure(openingMs: 1, opened => [Taking(10), Taking(20)]);

        (_opened, _closed).ShouldBe((6, 6));
        measured[1].Ratio.ShouldBe(new LatencyRatio(2, 2, 2));
        measured[1].Summary.ShouldBe(new LatencySummary(20, 0, 24));
    }

    [Fact]
    public void Measure_OpeningTakesLongerThanASitting_OpensOnce()
    {
        Measure(openingMs: 1000, opened => [Taking(10), Taking(20)]);

        (_opened, _closed).ShouldBe((1, 1));
    }

    [Fact]
    public void Measure_OpeningsDiffer_TheIntervalSpansThemThoughEachIsSteady()
    {
        var measured = Measure(openingMs: 1, opened => [Taking(100), Taking(100 + opened)]);

        var ratio = measured[1].Ratio;
        double[] found = [ratio.Low, ratio.Median, ratio.High];
        found.ShouldBe([1.01, 1.035, 1.06], tolerance: 1e-9);
    }

    [Fact]
    public void Measure_OneOpeningIsDisturbed_FurtherSittingsNarrowTheInterval()
    {
        var measured = Measure(openingMs: 1, opened => [Taking(10), Taking(opened == 2 ? 30 : 20)]);

        _opened.ShouldBe(9);
        measured[1].Ratio.ShouldBe(new LatencyRatio(2, 2, 2));
    }

    [Fact]
    public void Measure_NeverNarrow_EndsWhenTimeIsUp()
    {
        Measure(openingMs: 1, opened => [Taking(10), Taking(opened % 2 == 0 ? 30 : 20)]);

        _opened.ShouldBeInRange(12, 30);
    }

    [Fact]
    public void Measure_Fails_ClosesWhatIsOpen()
    {
        Should.Throw<InvalidOperationException>(
            () => Measure(openingMs: 1, _ => [Taking(10), () => throw new InvalidOperationException()]));

        (_opened, _closed).ShouldBe((1, 1));
    }

    [Theory]
    [InlineData(0.02, 0.005)]
    [InlineData(0.005, 0.02)]
    public void Measure_OpeningsAndRunsScatter_IntervalsHoldTheRatioOfAllOpenings(double openings, double runs)
    {
        const int Trials = 60;
        var random = new Random(7);
        Action Scattered()
        {
            double own = Math.Exp(openings * Gauss(random));
            return () => _clock.Advance(TimeSpan.FromMilliseconds(10 * own * Math.Exp(runs * Gauss(random))));
        }

        int holds = 0;
        for (int i = 0; i < Trials; i++)
        {
            var ratio = Measure(openingMs: 1, _ => [Scattered(), Scattered()])[1].Ratio;
            holds += ratio.Low <= 1 && 1 <= ratio.High ? 1 : 0;
        }

        // Looked at more than once, an interval of 95 % may hold a little less often.
        holds.ShouldBeGreaterThan(Trials * 93 / 100);
    }

    private IReadOnlyList<SittingLatency> Measure(int openingMs, Func<int, IReadOnlyList<Action>> runs) => LatencySittings.Measure(
        owned =>
        {
            _clock.Advance(TimeSpan.FromMilliseconds(openingMs));
            owned.Push(new Closing(() => _closed++));
            return runs(++_opened);
        },
        new SittingOptions(Sitting, Precision: 0.06, TimeSpan.FromSeconds(3)),
        _clock,
        CancellationToken.None);

    private Action Taking(double milliseconds) => () => _clock.Advance(TimeSpan.FromMilliseconds(milliseconds));

    // Box and Muller.
    private static double Gauss(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private sealed class Closing(Action close) : IDisposable
    {
        public void Dispose() => close();
    }
}
