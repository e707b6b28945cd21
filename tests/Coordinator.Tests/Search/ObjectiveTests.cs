using FsCheck;

namespace Cluster.Coordinator.Tests.Search;

/// <summary>What a job may ask for besides the fastest plan within a bound.</summary>
public sealed class ObjectiveTests
{
    private static readonly SyntheticNetwork Network = Networks.Sensitive;

    public static TheoryData<StrategyKind> Strategies => [.. Enum.GetValues<StrategyKind>()];

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task LatencyBudget_AnyStrategy_GivesAPlanWithinIt(StrategyKind strategy)
    {
        var network = Asking(options => options with { LatencyBudgetMs = 5, Strategy = strategy });

        var outcome = await Jobs.RunAsync(network);

        outcome.Result.Decision.Kind.ShouldBe(WinnerKind.MostAccurate);
        outcome.Winner.Latency!.MedianMs.ShouldBeLessThanOrEqualTo(5);
        network.MsOf(outcome.Winner.Plan).ShouldBeLessThanOrEqualTo(5);
        outcome.Result.Decision.Reason.ShouldStartWith("The most accurate measured plan within 5 ms a run: ");
    }

    [Theory]
    [InlineData(4.0)]
    [InlineData(5.0)]
    [InlineData(6.5)]
    public async Task LatencyBudget_SmallNetwork_IsAsAccurateAsTheBestOfAllPlans(double budget)
    {
        var network = Asking(options => options with { LatencyBudgetMs = budget });

        var outcome = await Jobs.RunAsync(network);

        // Every plan of the same calibrator: which group to leave in FP32 is what the budget decides.
        var start = outcome.Result.Baselines.Int8Best!.Plan;
        var best = Enumerable.Range(0, 1 << network.Count)
            .Select(mask => start.With(
                Enumerable.Range(0, network.Count).Where(group => (mask >> group & 1) == 1), GroupDecision.Baseline))
            .Where(plan => network.MsOf(plan) <= budget)
            .Min(network.DamageOf);
        network.DamageOf(outcome.Winner.Plan).ShouldBeLessThanOrEqualTo(best + 0.002, outcome.Winner.Plan.ToString());
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.02)]
    public async Task LatencyBudget_WhateverLossWouldBeAccepted_ExpectsAtLeastTheMeasuredOne(double beyond)
    {
        var free = (await Jobs.RunAsync(Asking(options => options with { LatencyBudgetMs = 5 }))).Result;
        var drop = free.Winner.Accuracy!.Drop;

        var bounded = (await Jobs.RunAsync(Asking(options => options with { LatencyBudgetMs = 5, MaxDrop = drop + beyond }))).Result;

        // The most accurate of several is flattered by the choice, and --max-drop has no say in it.
        var evidence = bounded.Evidence.ShouldNotBeNull();
        (evidence.Lost, evidence.Gained, bounded.Winner.Accuracy!.Drop).ShouldBe((free.Evidence!.Lost, free.Evidence.Gained, drop));
        evidence.Judged.ShouldBeNull();
        evidence.ExpectedDrop.ShouldBeInRange(drop - 0.0005, drop + 0.01);
    }

    [Fact]
    public void Budgets_AnyNetworkAndShare_AreNeverExceeded() =>
        Prop.ForAll(Gen.Choose(1, 10_000).Two().ToArbitrary(), drawn =>
        {
            var free = Networks.Random((ulong)drawn.Item1);
            var (all, least) = (free.MsOf(free.Float32()), free.MsOf(free.In(GroupFormat.Int8)));
            var budget = Math.Min(all, least) + (drawn.Item2 / 10_000.0 * Math.Abs(all - least));
            var network = free.Choosing(options => options with { LatencyBudgetMs = budget });

            var outcome = Jobs.RunAsync(network).GetAwaiter().GetResult();

            outcome.Result.Decision.Kind.ShouldBe(WinnerKind.MostAccurate);
            network.MsOf(outcome.Winner.Plan).ShouldBeLessThanOrEqualTo(budget * 1.0001);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));

    [Fact]
    public async Task SizeAndBops_Budgets_AreKeptAndFilled()
    {
        var smallest = Network.In(GroupFormat.Int8);
        long size = Network.Accuracy(smallest, ImageScope.Full).SizeBytes;
        var bySize = await Jobs.RunAsync(Asking(options => options with { SizeBudgetBytes = size + 700 }));
        bySize.Winner.Accuracy!.SizeBytes.ShouldBeLessThanOrEqualTo(size + 700);
        Network.DamageOf(bySize.Winner.Plan).ShouldBeLessThan(
            Network.DamageOf(bySize.Result.Baselines.Int8Best!.Plan) / 2, "two groups more fit, the worst");

        long operations = bySize.Result.Baselines.Int8Best.Bops!.Value;
        long budget = operations + (3 * 1000 * (1024 - 64));
        var byOperations = await Jobs.RunAsync(Asking(options => options with { BopsBudget = budget }));
        byOperations.Winner.Accuracy!.Bops.ShouldBeLessThanOrEqualTo(budget);
        byOperations.Winner.Plan.Groups[2].Format.IsBaseline.ShouldBeTrue();
        byOperations.Winner.Plan.Groups[6].Format.IsBaseline.ShouldBeTrue();
    }

    [Fact]
    public async Task Budget_OutOfReach_NamesLeastAndNearest()
    {
        var evaluator = new SyntheticEvaluator(Network);
        await ShouldBeUnreachable(
            options => options with { BopsBudget = 1000 },
            "--bops-budget is 1 k where the least that this network reaches is 513.8 k bit operations an image, every group that may be "
            + "quantized in the fewest bits: give a larger budget.",
            evaluator);
        evaluator.Asked.OfType<AccuracyItem>().Count().ShouldBe(2, "what is known before any work is not searched for");
        await ShouldBeUnreachable(options => options with { SizeBudgetBytes = 100 }, "which the weights alone have");
        await ShouldBeUnreachable(options => options with { SizeBudgetBytes = 1000 }, "8 of 8 groups in int8");
        await ShouldBeUnreachable(
            options => options with { LatencyBudgetMs = 1 },
            "--latency-budget is 1 ms where the least that this network reaches is 3.24 ms (8 of 8 groups in int8, measured at batch 32; "
            + "FP32 takes 8 ms): give a larger budget.");
    }

    private static async Task ShouldBeUnreachable(Func<JobOptions, JobOptions> budget, string reason, SyntheticEvaluator? evaluator = null)
    {
        var outcome = await Jobs.RunAsync(Asking(budget), evaluator: evaluator);

        outcome.Result.Decision.Kind.ShouldBe(WinnerKind.NothingFeasible);
        outcome.Result.Decision.Feasible.ShouldBeFalse();
        outcome.Result.Decision.Reason.ShouldContain(reason);
        outcome.Winner.Latency.ShouldNotBeNull("what is published was timed");
        outcome.Winner.Plan.IsBaseline.ShouldBeFalse();
    }

    [Fact]
    public async Task MaxDrop_Relative_IsAShareOfFloat32()
    {
        var outcome = await Jobs.RunAsync(Asking(options => options with { MaxDrop = 0.02, MaxDropIsRelative = true }));
        double float32 = (double)outcome.Result.Baselines.Fp32.Accuracy!.Correct!.Value / outcome.Result.Baselines.Fp32.Accuracy.Total;

        var same = await Jobs.RunAsync(Asking(options => options with { MaxDrop = 0.02 * float32 }));

        outcome.Winner.Plan.ShouldBe(same.Winner.Plan);
        var hopeless = await Jobs.RunAsync(
            Networks.Hopeless.Choosing(options => options with { MaxDrop = 0.001, MaxDropIsRelative = true }));
        hopeless.Result.Decision.Reason.ShouldContain("within 0.1 % of FP32's accuracy");
    }

    [Fact]
    public async Task Fastest_WithABudget_KeepsBoth()
    {
        long least = Network.Accuracy(Network.In(GroupFormat.Int8), ImageScope.Full).SizeBytes;
        var outcome = await Jobs.RunAsync(Asking(
            options => options with { Goal = SearchGoal.Fastest, MaxDrop = 0.02, SizeBudgetBytes = least + 700 }));

        outcome.Result.Decision.Kind.ShouldBe(WinnerKind.Faster);
        outcome.Winner.Accuracy!.SizeBytes.ShouldBeLessThanOrEqualTo(least + 700);
    }

    [Fact]
    public async Task Front_FindsMorePlansThanTheFastestNeeds()
    {
        var usual = await Jobs.RunAsync(Network);
        var front = await Jobs.RunAsync(Asking(options => options with { Goal = SearchGoal.Front }));

        front.Result.Front.Count.ShouldBeGreaterThan(usual.Result.Front.Count);
        front.Result.Front.ShouldAllBe(plan => plan.Latency != null || plan.Plan.IsBaseline);
        front.Result.Decision.Kind.ShouldBe(WinnerKind.Faster);
        var few = await Jobs.RunAsync(Asking(options => options with { Goal = SearchGoal.Front, BudgetEvaluations = 12 }));
        few.Result.Evaluations.Full.ShouldBeLessThanOrEqualTo(12);
    }

    [Theory]
    [InlineData(SearchGoal.Accurate)]
    [InlineData(SearchGoal.Front)]
    public async Task Goals_StoppedAnywhere_ResumeToTheSameJournal(SearchGoal goal)
    {
        var network = Asking(options => options with { Goal = goal, LatencyBudgetMs = 5 });
        var whole = await Jobs.JournalAsync(network);
        await SameJournal.FromStopsAsync(network, whole, kept => kept % 23 == 0);
    }

    private static SyntheticNetwork Asking(Func<JobOptions, JobOptions> choose) => Network.Choosing(choose);
}
