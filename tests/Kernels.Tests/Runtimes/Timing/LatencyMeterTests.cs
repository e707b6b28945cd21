using Cluster.Kernels.Graphs;
using Cluster.Kernels.Runtimes;
using Cluster.Kernels.Runtimes.Timing;
using Cluster.Tests;

namespace Cluster.Kernels.Tests.Runtimes.Timing;

public sealed class LatencyMeterTests
{
    private readonly ManualTime _clock = new();
    private readonly List<char> _calls = [];

    private static LatencyOptions Ample { get; } = new()
    {
        Rounds = 20,
        FewestRounds = 5,
        AmpleTime = TimeSpan.FromMilliseconds(300),
        WarmUpRuns = 1,
        WarmUpTime = TimeSpan.Zero,
        Precision = 0.03,
    };

    [Fact]
    public void Measure_Rounds_AreInterleavedAfterWarmUp()
    {
        IReadOnlyList<LatencyMeasurement> measured = LatencyMeter.Measure(
            [Taking('A', 2), Taking('B', 3)],
            new LatencyOptions { Rounds = 3, WarmUpRuns = 2, WarmUpTime = TimeSpan.Zero },
            _clock,
            CancellationToken.None);

        string.Concat(_calls).ShouldBe("AABB" + "ABABAB");
        measured.Select(each => each.Summary).ShouldBe([new LatencySummary(2, 0, 3), new LatencySummary(3, 0, 3)]);
        measured[1].SamplesMs.ShouldBe([3.0, 3, 3]);
    }

    [Fact]
    public void Measure_WarmUp_GoesOnUntilBothRunsAndTime()
    {
        LatencyOptions options = new() { Rounds = 1, WarmUpRuns = 4, WarmUpTime = TimeSpan.FromMilliseconds(20) };

        LatencyMeter.Measure([Taking('f', 1), Taking('s', 10)], options, _clock, CancellationToken.None);

        _calls.Count(call => call == 'f').ShouldBe(20 + 1);
        _calls.Count(call => call == 's').ShouldBe(4 + 1);
    }

    [Fact]
    public void Measure_TimeCap_EndsWithTheRoundsItHas()
    {
        LatencyOptions options = new()
        {
            Rounds = 50,
            TimeCap = TimeSpan.FromMilliseconds(400),
            WarmUpRuns = 10,
            WarmUpTime = TimeSpan.Zero
        };

        LatencySummary summary = LatencyMeter.Measure([Taking('A', 30)], options, _clock, CancellationToken.None)[0].Summary;

        // Warm-up: until a quarter (100 ms) is passed, 4 runs; then rounds until 400 ms is passed: at 120, 150, …, 390.
        _calls.Count.ShouldBe(4 + 10);
        summary.ShouldBe(new LatencySummary(30, 0, 10));
    }

    [Fact]
    public void Measure_TimeCapFarTooShort_StillHasTheFewestRounds()
    {
        LatencyOptions options = new() { TimeCap = TimeSpan.FromMilliseconds(1) };

        IReadOnlyList<LatencyMeasurement> measured = LatencyMeter.Measure(
            [Taking('A', 30), Taking('B', 40)], options, _clock, CancellationToken.None);

        string.Concat(_calls).ShouldBe("AB" + "ABABAB");
        measured.ShouldAllBe(each => each.Summary.Count == 3);
    }

    [Fact]
    public void Measure_ShortRuns_AreTimedInTurnsOfSeveral()
    {
        LatencyOptions options = new()
        {
            Rounds = 2,
            WarmUpRuns = 2,
            WarmUpTime = TimeSpan.Zero,
            TurnTime = TimeSpan.FromMilliseconds(10)
        };

        IReadOnlyList<LatencyMeasurement> measured = LatencyMeter.Measure(
            [Taking('A', 3), Taking('B', 20)], options, _clock, CancellationToken.None);

        string.Concat(_calls).ShouldBe("AABB" + "AAAABAAAAB");
        measured.Select(each => each.Summary).ShouldBe([new LatencySummary(3, 0, 2), new LatencySummary(20, 0, 2)], "a run, not a turn");
    }

    [Fact]
    public void Measure_Precision_GoesOnUntilTheIntervalIsNarrow()
    {
        // Every fourth run takes twice as long.
        LatencyOptions options = new() { Rounds = 10, WarmUpRuns = 1, WarmUpTime = TimeSpan.Zero, Precision = 0.03, MostRounds = 200 };
        int runs = 0;
        void Scattered() => _clock.Advance(TimeSpan.FromMilliseconds(runs++ % 4 == 0 ? 20 : 10));

        var scattered = LatencyMeter.Measure([Taking('A', 10), Scattered], options, _clock, CancellationToken.None);
        var steady = LatencyMeter.Measure([Taking('A', 10), Taking('B', 10)], options, _clock, CancellationToken.None);

        steady[0].Summary.Count.ShouldBe(10);
        scattered[0].Summary.Count.ShouldBeInRange(15, 190);
        LatencyRatio.Of(scattered[1].SamplesMs, scattered[0].SamplesMs).ShouldBe(new LatencyRatio(1, 1, 1));
    }

    [Fact]
    public void Measure_PrecisionOutOfReach_EndsWithTheMostRoundsOrTheTimeCap()
    {
        LatencyOptions options = new() { Rounds = 10, WarmUpRuns = 1, WarmUpTime = TimeSpan.Zero, Precision = 0, MostRounds = 60 };
        int runs = 0;
        void Scattered() => _clock.Advance(TimeSpan.FromMilliseconds(10 + (runs++ * 7 % 11)));

        LatencyMeter.Measure([Taking('A', 10), Scattered], options, _clock, CancellationToken.None)[0].Summary.Count.ShouldBe(60);
        var capped = options with { TimeCap = TimeSpan.FromMilliseconds(500) };
        LatencyMeter.Measure([Taking('A', 10), Scattered], capped, _clock, CancellationToken.None)[0].Summary.Count.ShouldBeInRange(15, 30);
    }

    [Theory]
    [InlineData(30, 5, 6)] // A narrow interval: as soon as the time is ample, here 5 rounds and the warm-up, and the interval is looked at.
    [InlineData(1, 20, 20)] // Of short runs all rounds are done long before.
    public void Measure_AmpleTimeAndANarrowInterval_EndsWithFewerRounds(int milliseconds, int least, int most)
    {
        var measured = LatencyMeter.Measure(
            [Taking('A', milliseconds), Taking('B', milliseconds)], Ample, _clock, CancellationToken.None);

        measured[0].Summary.Count.ShouldBeInRange(least, most);
    }

    [Fact]
    public void Measure_AmpleRounds_AreEnoughOnlyForANarrowInterval()
    {
        int runs = 0;
        void Scattered() => _clock.Advance(TimeSpan.FromMilliseconds(30 + (runs++ * 7 % 11)));
        var options = Ample with { Rounds = 50, AmpleRounds = 10, FewestRounds = 15, TimeCap = TimeSpan.FromMilliseconds(700) };

        var steady = LatencyMeter.Measure([Taking('A', 30), Taking('B', 30)], options, _clock, CancellationToken.None);
        var scattered = LatencyMeter.Measure([Taking('A', 30), Scattered], options, _clock, CancellationToken.None);

        steady[0].Summary.Count.ShouldBe(10);
        scattered[0].Summary.Count.ShouldBe(15, "the time is up, and the fewest rounds are there");
    }

    [Theory]
    [InlineData(0.005, 0, 0.03)]
    [InlineData(0.02, 0.1, 0.03)]
    [InlineData(0.005, 0, 0.06)]
    [InlineData(0.02, 0.1, 0.06)]
    public void Measure_AmpleRounds_LeaveIntervalsThatHold(double scatter, double disturbed, double precision)
    {
        // Both take as long: so the ratio is 1. Some runs are disturbed, by a third on average.
        var random = new Random(7);
        double Factor() => Math.Exp(scatter * Gauss(random)) * (random.NextDouble() < disturbed ? 1 + (0.6 * random.NextDouble()) : 1);
        void Run() => _clock.Advance(TimeSpan.FromMilliseconds(40 * Factor()));
        var options = Ample with { Rounds = 50, AmpleRounds = 10, FewestRounds = 15, MostRounds = 40, Precision = precision };

        int holds = 0;
        for (int i = 0; i < 1000; i++)
        {
            var measured = LatencyMeter.Measure([Run, Run], options, _clock, CancellationToken.None);
            var ratio = LatencyRatio.Of(measured[1].SamplesMs, measured[0].SamplesMs);
            holds += ratio.Low <= 1 && 1 <= ratio.High ? 1 : 0;
        }

        // Looked at more than once, an interval of 95 % may hold a little less often.
        holds.ShouldBeGreaterThan(930);
    }

    [Fact]
    public void Measure_AmpleTimeAndAWideInterval_GoesOn()
    {
        int runs = 0;
        void Scattered() => _clock.Advance(TimeSpan.FromMilliseconds(30 + (runs++ * 7 % 11)));

        var measured = LatencyMeter.Measure(
            [Taking('A', 30), Scattered], Ample with { MostRounds = 40 }, _clock, CancellationToken.None);

        measured[0].Summary.Count.ShouldBe(40);
    }

    [Fact]
    public void Ratio_KnownSamples_HasTheSignTestsInterval()
    {
        double[] one = [.. Enumerable.Repeat(1.0, 25)];
        double[] other = [.. Enumerable.Range(1, 25).Select(i => (double)i)];

        // Ranks 8 and 18 of 25: Conover's table gives 95.7 %.
        LatencyRatio.Of(other, one).ShouldBe(new LatencyRatio(13, 8, 18));
        LatencyRatio.Of([3, 1, 2], [1, 1, 1]).ShouldBe(new LatencyRatio(2, 1, 3), "of few the ends");
    }

    [Fact]
    public void Measure_Cancelled_Stops()
    {
        using CancellationTokenSource source = new();
        void Run()
        {
            _calls.Add('A');
            if (_calls.Count == 5)
            {
                source.Cancel();
            }
        }

        Should.Throw<OperationCanceledException>(() => LatencyMeter.Measure([Run], new LatencyOptions(), _clock, source.Token));
        _calls.Count.ShouldBe(5);
    }

    [Fact]
    public void Measure_TwoSessions_TimesBothOnTheInput()
    {
        using OrtSession one = Sigmoids(1);
        using OrtSession two = Sigmoids(8);

        IReadOnlyList<LatencyMeasurement> measured = LatencyMeter.Measure(
            [one, two],
            [TensorData.FromFloats([20, 1000], new float[20_000])],
            new LatencyOptions { Rounds = 9, WarmUpRuns = 3, WarmUpTime = TimeSpan.Zero, PinThread = true });

        measured.Count.ShouldBe(2);
        measured.ShouldAllBe(each => each.Summary.Count == 9 && each.SamplesMs.Count == 9 && each.Summary.MedianMs > 0);
        Should.Throw<KernelException>(() => LatencyMeter.Measure([one], [TensorData.FromInt64([20, 1000], new long[20_000])]))
            .Message.ShouldBe("Inputs of Int64 were given; the network takes 'x' (Float).");
    }

    [Fact]
    public void ThreadPin_WhileHeld_LeavesOneCoreAndThenAllAgain()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "thread affinity is read from /proc");
        string before = AllowedCores();
        using (ThreadPin? pin = ThreadPin.ToCurrentCore())
        {
            Assert.SkipWhen(pin is null, "this system does not allow thread affinity");
            int.TryParse(AllowedCores(), out _).ShouldBeTrue();
        }

        AllowedCores().ShouldBe(before);
    }

    // Box and Muller.
    private static double Gauss(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    // "0-3" or "0,2" for several cores, "2" for one.
    private static string AllowedCores()
        => File.ReadLines("/proc/thread-self/status").Single(line =>
            line.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal)).Split('\t')[1];

    private static OrtSession Sigmoids(int count)
    {
        byte[][] nodes = [.. Enumerable.Range(0, count)
            .Select(i => TinyModel.Node("Sigmoid", [i == 0 ? "x" : $"s{i}"], i == count - 1 ? "y" : $"s{i + 1}"))];
        byte[] model = TinyModel.Of(
            nodes, [TinyModel.Value("x", TinyModel.Float, "N", "1000")], [TinyModel.Value("y", TinyModel.Float, "N", "1000")]);
        return OrtSession.Open(model, new OrtSessionOptions());
    }

    private Action Taking(char name, int milliseconds)
        => () =>
        {
            _calls.Add(name);
            _clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
        };
}
