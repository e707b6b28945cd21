namespace Cluster.Networks.Tests.Runtimes.Timing;

public sealed class LatencyMeterTests
{
    private readonly ManualTime _clock = new();
    private readonly List<char> _calls = [];

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

    // "0-3" or "0,2" for several cores, "2" for one.
    private static string AllowedCores()
        => File.ReadLines("/proc/thread-self/status").Single(line =>
            line.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal)).Split('\t')[1];

    private Action Taking(char name, int milliseconds)
        => () =>
        {
            _calls.Add(name);
            _clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
        };
}
