namespace Cluster.Coordinator.Tests.Search.Strategies;

/// <summary>What every strategy must do, whatever it explores.</summary>
public sealed class StrategyConformanceTests
{
    public static TheoryData<StrategyKind> Strategies => [.. Enum.GetValues<StrategyKind>()];

    private static readonly GroupFormat Nibbles = GroupFormat.Integer(4, 8);

    /// <summary>Every strategy, and one with a confidence.</summary>
    public static TheoryData<StrategyKind, double?> Decisions => new(
        Enum.GetValues<StrategyKind>().Select(strategy => (strategy, (double?)null)).Append((StrategyKind.Greedy, 0.95)));

    [Theory]
    [MemberData(nameof(Decisions))]
    public async Task Run_AnyWorkersOrderOfArrivalAndStops_WriteTheSameJournal(StrategyKind strategy, double? confidence)
    {
        var network = Searched(Refused, strategy, options => options with { Confidence = confidence, MaxDrop = 0.02 });
        var whole = await Jobs.JournalAsync(network);

        await SameJournal.WithWorkersAsync(network, whole, workers: 2);
        await SameJournal.WithWorkersAsync(network, whole, workers: 64);
        // Every event of the first rounds, then steps of a prime, so that all kinds of places are hit.
        var count = whole.Records.Count;
        await SameJournal.FromStopsAsync(network, whole, kept => kept < 20 || kept % 37 == 0 || kept > count - 5);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task Run_ThreeFormats_AnyWorkersAndStopsWriteTheSameJournal(StrategyKind strategy)
    {
        var network = Searched(WithNibbles(Networks.Sensitive), strategy, options => options with { MaxDrop = 0.02 });
        var whole = await Jobs.JournalAsync(network);

        await SameJournal.WithWorkersAsync(network, whole, workers: 4);
        var count = whole.Records.Count;
        await SameJournal.FromStopsAsync(network, whole, kept => kept % 37 == 0 || kept > count - 3);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task Run_FormatThatSomeGroupsLack_NoPlanGivesItToThem(StrategyKind strategy)
    {
        const int Lacking = 1;
        var network = Searched(
            WithNibbles(Networks.Sensitive) with
            {
                Lacks = new Dictionary<int, IReadOnlyList<GroupFormat>> { [Lacking] = [Nibbles, GroupFormat.Float16] },
            },
            strategy,
            options => options with { MaxDrop = 0.02 });
        var journal = new MemoryJournal();

        var outcome = await Jobs.RunAsync(network, journal);

        Plan[] plans = [.. journal.Proposed.OfType<AccuracyItem>().Select(item => item.Plan), outcome.Winner.Plan];
        plans.ShouldAllBe(plan => plan.Groups[Lacking].Format.IsBaseline || plan.Groups[Lacking].Format == GroupFormat.Int8);
        plans.ShouldContain(plan => plan.CountOf(Nibbles) == network.Count - 1 && plan.CountOf(GroupFormat.Int8) == 1);
        plans.ShouldContain(plan => plan.CountOf(GroupFormat.Float16) == network.Count - 1);
        await WrittenJournal.ShouldFitAsync(journal.Events);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task Run_ThreeFormats_TheWinnerIsAccurateAndWithinTheBudgetOfBytes(StrategyKind strategy)
    {
        // All groups in INT8 have 2,480 bytes, in W4A8 2,280.
        const long Bytes = 2400;
        var network = Searched(
            WithNibbles(Networks.Sensitive) with { Damage = [.. Enumerable.Repeat(1e-5, 4)] },
            strategy,
            options => options with { SizeBudgetBytes = Bytes });
        var journal = new MemoryJournal();

        var outcome = await Jobs.RunAsync(network, journal);

        outcome.Winner.Accuracy!.SizeBytes.ShouldBeLessThanOrEqualTo(Bytes);
        outcome.Winner.Plan.CountOf(Nibbles).ShouldBeGreaterThan(0);
        journal.Proposed.OfType<AccuracyItem>().ShouldContain(item => item.Plan.IsAll(Nibbles));
        journal.Proposed.OfType<SensitivityItem>().Select(item => item.Format).ShouldBe([null, Nibbles, GroupFormat.Float16]);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task Run_TwoSensitiveGroups_FindsAnAccuratePlanFasterThanFloat32(StrategyKind strategy)
    {
        var network = Searched(Networks.Sensitive, strategy);

        var outcome = await Jobs.RunAsync(network);

        outcome.Result.Decision.Kind.ShouldBe(WinnerKind.Faster);
        network.DamageOf(outcome.Winner.Plan).ShouldBeLessThanOrEqualTo(network.Spec.Options.AcceptedDrop + 0.004);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task Run_NothingFeasible_EndsWithTheMostAccuratePlan(StrategyKind strategy)
    {
        var outcome = await Jobs.RunAsync(Searched(Networks.Hopeless, strategy));

        outcome.Result.Decision.Kind.ShouldBe(WinnerKind.NothingFeasible);
        outcome.Result.Decision.Feasible.ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task Run_KeptGroups_AreQuantizedInNoCandidate(StrategyKind strategy)
    {
        var network = Searched(
            Networks.Sensitive,
            strategy,
            options => options with { KeepFloat32 = ["g01", "g07"], Only = ["g0?"], Calibrators = CalibratorScope.Group });
        var journal = new MemoryJournal();

        var outcome = await Jobs.RunAsync(network, journal);

        var plans = journal.Proposed.Select(item => item switch
        {
            AccuracyItem accuracy => accuracy.Plan,
            LatencyItem latency => latency.Plan,
            TestItem test => test.Plan,
            CalibratorItem calibrators => calibrators.Plan,
            _ => null,
        }).OfType<Plan>().ToArray();
        plans.ShouldAllBe(plan => plan.Groups[1].Format.IsBaseline && plan.Groups[7].Format.IsBaseline);
        plans.ShouldContain(plan => plan.CountOf(GroupFormat.Int8) == 6);
        outcome.Winner.Plan.CountOf(GroupFormat.Int8).ShouldBeLessThanOrEqualTo(6);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task Run_Budget_IsKept(StrategyKind strategy)
    {
        foreach (var budget in new[] { 1, 9, 17 })
        {
            var network = Searched(Networks.Sensitive, strategy, options => options with { BudgetEvaluations = budget });
            var journal = await Jobs.JournalAsync(network);

            // FP32, plain int8 and three methods on a part of the images, and the best of these on all are always evaluated.
            journal.Proposed.Count(item => item is AccuracyItem).ShouldBeInRange(6, Math.Max(6, budget));
        }
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task Run_SomeCandidatesFail_GoesOnWithTheOthers(StrategyKind strategy)
    {
        var network = Searched(Networks.Sensitive, strategy);
        var failing = new SyntheticEvaluator(network, item => item is AccuracyItem { Plan.IsBaseline: false } accuracy
            && accuracy.Plan.Digest[0] is >= '0' and <= '3'
                ? new FailedResult(FailureKind.InvalidCandidate, "It gives NaN.")
                : null);

        var outcome = await Jobs.RunAsync(network, evaluator: failing);

        outcome.Winner.Plan.Digest[0].ShouldNotBeInRange('0', '3');
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task Rounds_Always_HoldNewItemsOnly(StrategyKind strategy)
    {
        var journal = await Jobs.JournalAsync(Searched(Networks.Scattered, strategy));

        journal.Events.OfType<RoundProposed>().ShouldAllBe(round => round.Items.Count > 0);
        journal.Proposed.ShouldBeUnique();
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task Next_JournalOfAnotherStrategy_IsRefused(StrategyKind strategy)
    {
        var other = strategy == StrategyKind.Greedy ? StrategyKind.Ladder : StrategyKind.Greedy;
        var journal = await Jobs.JournalAsync(Searched(Networks.Sensitive, other));
        var state = JobState.Fold(journal.Events.TakeWhile(e => e is not WinnerSelected))!;

        Should.Throw<JobException>(() => SearchStrategies.Of(new JobOptions { Strategy = strategy }).Next(state))
            .Message.ShouldContain("--fresh");
    }

    [Theory]
    [MemberData(nameof(Decisions))]
    public async Task Next_OneInstanceOrANewOneEachTime_DecidesTheSame(StrategyKind strategy, double? confidence)
    {
        var network = Searched(Refused, strategy, options => options with { Confidence = confidence, MaxDrop = 0.02 });
        var journal = await Jobs.JournalAsync(network);
        var kept = SearchStrategies.Of(network.Spec.Options);

        for (var i = 1; i < journal.Records.Count && journal.Records[i - 1].Event is not WinnerSelected; i++)
        {
            var state = JobState.Fold(journal.Events.Take(i))!;
            if (state.Pending.Count == 0)
            {
                CanonicalJson.Serialize(Items(kept.Next(state)))
                    .ShouldBe(CanonicalJson.Serialize(Items(SearchStrategies.Of(network.Spec.Options).Next(state))));
            }
        }
    }

    private static string[] Items(SearchStep step) => step switch
    {
        ProposedRound round => [.. round.Items.Select(item => item.Id)],
        SearchFinished finished => [finished.Selection.Reason],
        _ => [],
    };

    // The gate refuses what it sees first.
    private static SyntheticNetwork Refused => Networks.Sensitive with { Differs = static (_, group) => group is "g03" };

    // INT8, W4A8 and FP16 beside FP32, on few enough groups that all plans may be looked at.
    private static SyntheticNetwork WithNibbles(SyntheticNetwork network) => network with
    {
        Damage = [.. network.Damage.Take(4)],
        Float32Ms = [.. network.Float32Ms.Take(4)],
        Int8Ms = [.. network.Int8Ms.Take(4)],
        Float16Ms = [.. Enumerable.Repeat(0.6, 4)],
        Nibbles = true,
    };

    private static SyntheticNetwork Searched(
        SyntheticNetwork network, StrategyKind strategy, Func<JobOptions, JobOptions>? choose = null) =>
        network.Choosing(options => (choose?.Invoke(options) ?? options) with { Strategy = strategy });
}
