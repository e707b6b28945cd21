using Cluster.Coordinator.Search.Fleets;

namespace Cluster.Coordinator.Tests.Search;

/// <summary>A job for machines of several kinds.</summary>
public sealed class FleetTests
{
    // INT8 is slow on one kind in the first half, on the other in the first third; the other is twice as fast in all.
    private static readonly SyntheticNetwork Half = ForKinds(Networks.HalfSlower, "half", "third");
    private static readonly SyntheticNetwork Third = Half with
    {
        Float32Ms = [.. Enumerable.Repeat(0.25, 12)],
        Int8Ms = [0.6, 0.6, 0.6, 0.6, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1],
        EdgeMs = 0.025,
    };

    [Fact]
    public void Of_TwoKinds_IsAsOnTheKindWhereThePlanGainsLeast()
    {
        var fast = Sample.Latency("a", 5, float32Ms: 10) with { LowMs = 4.5, HighMs = 8 };
        var slow = Sample.Latency("a", 3, float32Ms: 4) with { LowMs = 2.8, HighMs = 3.1, Runtime = "slow" };

        var joint = SlowestKind.Of([fast, slow]).ShouldBeOfType<LatencyResult>();

        joint.ShouldBe(slow with { MedianMs = 7.5, IqrMs = 0.025, LowMs = 7, HighMs = 8, Float32MedianMs = 10, Float32IqrMs = 0.025 });
    }

    [Fact]
    public void Of_AKindWithoutAnInterval_HasItsMedianInTheJointInterval()
    {
        var predicted = Sample.Latency("a", 3, float32Ms: 4) with { Earlier = EarlierTiming.Predicted };

        var joint = SlowestKind.Of([Sample.Latency("a", 5, float32Ms: 10) with { LowMs = 4.5, HighMs = 5.5 }, predicted]);

        joint.ShouldBeOfType<LatencyResult>().HighMs.ShouldBe(7.5);
    }

    [Fact]
    public void Of_JointTimings_JoinsPlanByPlan()
    {
        FinalTimingResult one = new([Sample.Latency("a", 5, float32Ms: 10), Sample.Latency("b", 8, float32Ms: 10)], 1);
        FinalTimingResult two = new([Sample.Latency("a", 4, float32Ms: 5), Sample.Latency("b", 1, float32Ms: 5)], 2);

        var joint = SlowestKind.Of([one, two]).ShouldBeOfType<FinalTimingResult>();

        joint.Plans.Select(plan => plan.MedianMs).ShouldBe([8, 8]);
        joint.Seconds.ShouldBe(3);
    }

    [Fact]
    public void Of_AFailureOnOneKind_IsAFailure()
    {
        var failure = new FailedResult(FailureKind.InvalidCandidate, "no");

        SlowestKind.Of([Sample.Latency("a", 5, float32Ms: 10), failure]).ShouldBeSameAs(failure);
    }

    [Fact]
    public async Task Run_TwoKinds_WinsWhatGainsMostWhereItGainsLeast()
    {
        var outcome = await RunAsync(Half, ("third", Third));
        var alone = new[] { await Jobs.RunAsync(Plain(Half)), await Jobs.RunAsync(Plain(Third)) };

        var least = Least(outcome.Winner.Plan);
        foreach (var winner in alone.Select(job => job.Winner.Plan))
        {
            least.ShouldBeGreaterThanOrEqualTo(Least(winner) / Ties.Factor);
        }

        outcome.Winner.Latency!.SpeedUp!.Value.ShouldBe(least, 1e-9);
        outcome.Result.Decision.Reason.ShouldContain("where it gains least of half, third");
        static double Least(Plan plan) => new[] { Half, Third }.Min(kind => kind.Float32Ms.Sum() / kind.MsOf(plan));
    }

    [Fact]
    public async Task Run_TwoKinds_ShowsEachPlanOnEachKindAndEachKindsFront()
    {
        var outcome = await RunAsync(Half, ("third", Third));

        var fleet = outcome.Result.Fleet.ShouldNotBeNull();
        fleet.Kinds.ShouldBe([new FleetKind("half"), new FleetKind("third")]);
        fleet.Plans.ShouldContain(plan => plan.Plan.Equals(outcome.Winner.Plan));
        foreach (var plan in fleet.Plans)
        {
            double[] expected = [.. new[] { Half, Third }.Select(kind => kind.Float32Ms.Sum() / kind.MsOf(plan.Plan))];
            plan.Speeds.Select(speed => speed.SpeedUp).ShouldBe(expected, 1e-9);
            plan.Speeds.ShouldAllBe(speed => speed.IsMeasured);
        }

        foreach (var kind in Enumerable.Range(0, 2))
        {
            var front = fleet.Plans.Where(plan => plan.Speeds[kind].IsOnFront == true).OrderBy(plan => plan.Speeds[kind].SpeedUp).ToArray();
            front.ShouldNotBeEmpty();
            front.Select(plan => plan.Drop).ShouldBeInOrder(SortDirection.Ascending, "the faster, the more it loses");
        }
    }

    [Fact]
    public async Task Run_TwoKinds_TimesEveryPlanOnBoth()
    {
        var evaluator = On(Half, ("third", Third));
        await Jobs.RunAsync(Half, evaluator: evaluator);

        var timed = evaluator.Asked.Where(item => item is LatencyItem or FinalTimingItem or ProfileItem).ToArray();
        timed.Where(item => item.Kind == "half").Select(item => item with { Kind = null })
            .ShouldBe(timed.Where(item => item.Kind == "third").Select(item => item with { Kind = null }), ignoreOrder: true);
        timed.Select(item => item.Kind).Distinct().Order(StringComparer.Ordinal).ShouldBe(["half", "third"]);
        evaluator.Asked.Except(timed).ShouldAllBe(item => item.Kind == null);
    }

    [Fact]
    public async Task Run_OneNamedKind_DecidesAsAJobThatNamesNone()
    {
        var named = await Jobs.RunAsync(ForKinds(Networks.HalfSlower, "half"));
        var plain = await Jobs.RunAsync(Plain(Half));

        named.Winner.Plan.ShouldBe(plain.Winner.Plan);
        named.Result.Predictions.ShouldBe(plain.Result.Predictions);
        plain.Result.Fleet.ShouldBeNull();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Run_DrawnKinds_IsNoSlowerThanEitherKindsOwnWinnerWhereThatGainsLeast(ulong seed)
    {
        var one = ForKinds(Networks.Random(seed), "one", "two");
        var other = Networks.Random(seed + 100);
        var two = one with { Int8Ms = [.. one.Int8Ms.Select((_, i) => other.Int8Ms[i % other.Count])] };

        var outcome = await RunAsync(one, ("two", two));

        double LeastOf(Plan plan) => new[] { one, two }.Min(kind => kind.Float32Ms.Sum() / kind.MsOf(plan));
        var least = outcome.Winner.Plan.IsBaseline ? 1 : LeastOf(outcome.Winner.Plan);
        foreach (var own in new[] { await Jobs.RunAsync(Plain(one)), await Jobs.RunAsync(Plain(two)) })
        {
            least.ShouldBeGreaterThanOrEqualTo((own.Winner.Plan.IsBaseline ? 1 : LeastOf(own.Winner.Plan)) / Ties.Factor / Ties.Factor);
        }
    }

    [Fact]
    public async Task Run_ResumedBetweenTheKinds_DecidesTheSame()
    {
        var journal = await Jobs.JournalAsync(Half, On(Half, ("third", Third)));
        var cut = journal.Events.TakeWhile(e => e is not ItemCompleted { Result: FinalTimingResult }).Count() + 1;
        var resumed = new MemoryJournal(journal.Events.Take(cut));

        await Jobs.RunAsync(Half, resumed, On(Half, ("third", Third)), new JobRunnerOptions { Workers = 3 });

        Jobs.Decisions(resumed.Events).ShouldBe(Jobs.Decisions(journal.Events));
    }

    [Fact]
    public void Contradiction_OptionsWithKinds_AreRefused()
    {
        var kinds = new JobOptions { Kinds = ["a", "b"], Formats = ["int8-safe"] };

        kinds.Contradiction().ShouldBeNull();
        (kinds with { LatencyBudgetMs = 1 }).Contradiction()!.ShouldContain("--latency-budget");
        (kinds with { Reconstruct = ReconstructionMode.Always }).Contradiction()!.ShouldContain("--reconstruct");
        (kinds with { Formats = ["int8-safe", "int8"] }).Contradiction()!.ShouldContain("--formats int8-safe");
        (kinds with { Formats = null }).Contradiction()!.ShouldContain("--formats int8-safe");
    }

    private static Task<JobOutcome> RunAsync(SyntheticNetwork network, params (string Kind, SyntheticNetwork Network)[] others) =>
        Jobs.RunAsync(network, evaluator: On(network, others));

    private static SyntheticEvaluator On(SyntheticNetwork network, params (string Kind, SyntheticNetwork Network)[] others) =>
        new(network, item => others.Where(other => other.Kind == item.Kind).Select(other => other.Network.Evaluate(item)).FirstOrDefault());

    private static SyntheticNetwork ForKinds(SyntheticNetwork network, params string[] kinds) =>
        network.Choosing(options => options with { Kinds = kinds, Formats = ["int8-safe"] });

    private static SyntheticNetwork Plain(SyntheticNetwork network) =>
        network.Choosing(options => options with { Kinds = null });
}
