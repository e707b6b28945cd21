namespace Cluster.Coordinator.Tests.Search;

/// <summary>Roundings that are learned before the exploration, for plans to choose from.</summary>
public sealed class RepairTests
{
    private static readonly GroupFormat Nibbles = GroupFormat.Integer(4, 8);

    [Fact]
    public async Task Run_RepairsThatHelp_MakeTheWholeNetworkAccurateEnough()
    {
        // INT8 loses 1.6 % and 1 % is allowed; repairs undo six tenths of that.
        var network = Network(Damaged(0.002), options => options) with { RepairUndoes = _ => 0.6 };
        var journal = new MemoryJournal();

        var outcome = await Jobs.RunAsync(network, journal);
        var without = await Jobs.RunAsync(Damaged(0.002));

        var item = Items(journal).ShouldHaveSingleItem();
        (item.Method, item.Iterations).ShouldBe((RepairMethod.AdaRound, JobOptions.UsualIterations));
        outcome.Winner.Plan.IsAll(GroupFormat.Int8).ShouldBeTrue();
        outcome.Winner.Plan.Groups.ShouldAllBe(group => group.Repair == item.Id && group.RoundingMethod == "adaround");
        outcome.Result.Groups[0].Reason.ShouldContain("rounded by AdaRound");
        without.Winner.Plan.QuantizedCount.ShouldBeLessThan(8);
        var trial = outcome.Result.Repairs.ShouldHaveSingleItem();
        (trial.Format, trial.Learned, trial.Usual.Count).ShouldBe((GroupFormat.Int8, item.Id, 8));
        without.Result.Repairs.ShouldBeNull();
    }

    [Theory]
    [InlineData(RepairMethod.Brecq, StrategyKind.Greedy, "brecq")]
    [InlineData(RepairMethod.Brecq, StrategyKind.Knapsack, "brecq")]
    [InlineData(RepairMethod.QDrop, StrategyKind.Ladder, "qdrop")]
    [InlineData(RepairMethod.QDrop, StrategyKind.Anneal, "qdrop")]
    public async Task Run_AnotherMethod_IsTheChoiceOfCandidatesOfEveryStrategy(RepairMethod method, StrategyKind strategy, string rounding)
    {
        // One group is poor in any rounding: a search follows.
        var network = Network(
            Networks.Easy with { Damage = [0.03, .. Enumerable.Repeat(0.002, 7)], RepairUndoes = group => group == 0 ? 0 : 0.6 },
            options => options with { Repair = method, Strategy = strategy });
        var journal = new MemoryJournal();

        var outcome = await Jobs.RunAsync(network, journal);

        Items(journal).ShouldHaveSingleItem().Title.ShouldStartWith($"repair by {method.Step().Title()}, 500 iterations a block");
        outcome.Winner.Plan.QuantizedCount.ShouldBe(7);
        outcome.Winner.Plan.Groups.Where(group => !group.Format.IsBaseline).ShouldAllBe(group => group.RoundingMethod == rounding);
    }

    [Fact]
    public async Task Run_Auto_TriesTheNextMethodWhereTheLastDidNotSuffice()
    {
        // INT8 loses 1.6 %; AdaRound leaves 1.28 %, BRECQ 0.64 %, which is within 1 %.
        var network = Network(Damaged(0.002), options => options with { Repair = RepairMethod.Auto }) with
        {
            RepairUndoes = _ => 0.2,
            RepairStrength = method => method switch { "brecq" => 3, "qdrop" => 4, _ => 1 },
        };
        var journal = new MemoryJournal();
        var evaluator = new SyntheticEvaluator(
            network, item => item is RepairItem ? (RepairResult)network.Evaluate(item) with { Seconds = 60 } : null);

        var outcome = await Jobs.RunAsync(network, journal, evaluator);

        Items(journal).Select(item => item.Method).ShouldBe([RepairMethod.AdaRound, RepairMethod.Brecq]);
        outcome.Winner.Plan.Groups.ShouldAllBe(group => group.RoundingMethod == "brecq");
        outcome.Result.Repairs!.Select(trial => (trial.Method, trial.Usual.Count)).ShouldBe(
            [(RepairMethod.AdaRound, 0), (RepairMethod.Brecq, 8)]);

        // BRECQ takes half as long again as AdaRound.
        journal.Events.OfType<RoundProposed>().Select(round => round.Purpose).ShouldContain(
            "repair: roundings of all layers by BRECQ, about 90 s a format");
    }

    [Fact]
    public async Task Run_AutoAndTheFirstIsTheBest_KeepsItsRoundings()
    {
        var network = Network(Damaged(0.002), options => options with { Repair = RepairMethod.Auto }) with
        {
            RepairUndoes = _ => 0.3,
            RepairStrength = method => method == "adaround" ? 1 : -1,
        };
        var journal = new MemoryJournal();

        var outcome = await Jobs.RunAsync(network, journal);

        Items(journal).Length.ShouldBe(3);
        outcome.Result.Repairs!.Select(trial => trial.Usual.Count).ShouldBe([8, 0, 0]);
        outcome.Winner.Plan.Groups.Where(group => group.IsRepaired).ShouldAllBe(group => group.RoundingMethod == "adaround");
    }

    [Fact]
    public async Task Run_AutoAndTheModelSeesNoGain_LearnsByTheFirstMethodAlone()
    {
        var slow = Networks.AllSlower with { Damage = [.. Enumerable.Repeat(0.004, Networks.AllSlower.Damage.Count)] };
        var journal = new MemoryJournal();

        await Jobs.RunAsync(Network(slow, options => options with { Repair = RepairMethod.Auto }), journal);

        Items(journal).Select(item => item.Method).ShouldBe([RepairMethod.AdaRound]);
    }

    [Fact]
    public async Task Run_RepairsThatHarmAtTheOutput_AreNotUsual()
    {
        var network = Network(Damaged(0.002), options => options) with { RepairUndoes = _ => -0.5 };

        var outcome = await Jobs.RunAsync(network);
        var without = await Jobs.RunAsync(Damaged(0.002));

        outcome.Winner.Plan.ShouldBe(without.Winner.Plan);
        outcome.Result.Repairs.ShouldHaveSingleItem().Usual.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_HalfOfThemHarms_ThatHalfIsLeftOut()
    {
        // What gained most by its own loss helps.
        var network = Network(Damaged(0.002), options => options) with
        {
            RepairClaims = group => group < 4 ? 0.5 : 0.1,
            RepairUndoes = group => group < 4 ? 0.9 : -1,
        };

        var outcome = await Jobs.RunAsync(network);

        outcome.Result.Repairs.ShouldHaveSingleItem().Usual.ShouldBe(["g00", "g01", "g02", "g03"]);
        outcome.Winner.Plan.Groups.Where(group => group.Repair is not null).Select(group => group.Group).ShouldBe(
            ["g00", "g01", "g02", "g03"]);
    }

    [Fact]
    public async Task Run_StartIsAccurateEnough_NothingIsLearned()
    {
        var journal = new MemoryJournal();

        var outcome = await Jobs.RunAsync(Network(Networks.Easy, options => options), journal);

        Items(journal).ShouldBeEmpty();
        outcome.Winner.Plan.IsAll(GroupFormat.Int8).ShouldBeTrue();
    }

    [Fact]
    public async Task Run_NoLossFell_TheSearchIsThatWithout()
    {
        var outcome = await Jobs.RunAsync(Network(Damaged(0.002), options => options) with { RepairClaims = _ => 0 });

        outcome.Winner.Plan.ShouldBe((await Jobs.RunAsync(Damaged(0.002))).Winner.Plan);
        outcome.Result.Repairs.ShouldHaveSingleItem().Learned.ShouldBeNull();
    }

    [Fact]
    public async Task Run_LearningFails_TheSearchGoesOn()
    {
        var network = Network(Damaged(0.002), options => options);
        var evaluator = new SyntheticEvaluator(
            network, item => item is RepairItem ? new FailedResult(FailureKind.InvalidCandidate, "no gradient") : null);

        var outcome = await Jobs.RunAsync(network, new MemoryJournal(), evaluator);

        outcome.Winner.Plan.ShouldBe((await Jobs.RunAsync(Damaged(0.002))).Winner.Plan);
        outcome.Failures.ShouldHaveSingleItem().Failure.Reason.ShouldBe("no gradient");
    }

    [Fact]
    public async Task Run_SeveralFormats_LearnsForEachAndNeverMixesThem()
    {
        var network = Network(
            Networks.Sensitive with { Nibbles = true, Float16Ms = [.. Enumerable.Repeat(0.6, 8)] },
            options => options with { Strategy = StrategyKind.Anneal, MaxDrop = 0.02 });
        var journal = new MemoryJournal();

        await Jobs.RunAsync(network, journal);

        var learned = Items(journal).ToDictionary(
            item => item.Plan.Groups[0].Format, item => GroupDecision.Repaired("adaround", item.Id));
        learned.Keys.ShouldBe([GroupFormat.Int8, Nibbles]);
        var decisions = Plans(journal).SelectMany(plan => plan.Groups).ToArray();
        decisions.Where(group => group.Repair is not null).ShouldAllBe(group => group.Rounding == learned[group.Format]);
        decisions.ShouldContain(group => group.Format == Nibbles && group.Repair != null);
    }

    [Fact]
    public async Task Run_Annealing_TriesEachGroupWithAndWithout()
    {
        var network = Network(Damaged(0.004), options => options with { Strategy = StrategyKind.Anneal }) with
        {
            RepairUndoes = group => group % 2 == 0 ? 0.9 : -0.5,
        };
        var journal = new MemoryJournal();

        var outcome = await Jobs.RunAsync(network, journal);

        Plans(journal).Select(plan => plan.Groups.Count(group => group.Repair is not null)).Distinct().Count().ShouldBeGreaterThan(4);
        var found = outcome.Winner.Plan;
        var greedy = (await Jobs.RunAsync(Network(network, options => options with { Strategy = null }))).Winner.Plan;
        network.MsOf(found).ShouldBeLessThanOrEqualTo(network.MsOf(greedy));
    }

    [Theory]
    [InlineData(StrategyKind.Anneal)]
    [InlineData(StrategyKind.Knapsack)]
    public async Task Run_AnyWorkersAndStops_WriteTheSameJournal(StrategyKind strategy)
    {
        var network = Network(
            Networks.Sensitive with { Nibbles = true, RepairUndoes = group => group % 3 == 0 ? -0.2 : 0.5 },
            options => options with { Strategy = strategy });
        var whole = await Jobs.JournalAsync(network);
        Items(whole).Length.ShouldBe(2);

        await SameJournal.WithWorkersAsync(network, whole, workers: 4);
        var count = whole.Records.Count;
        await SameJournal.FromStopsAsync(network, whole, kept => kept % 29 == 0 || kept > count - 3);
    }

    [Fact]
    public void Check_InconsistentResult_IsRefused()
    {
        var plan = Plan.Uniform(GroupFormat.Int8, "t", ["a", "b"], "max", biasCorrection: true).With([1], GroupFormat.Baseline);
        var item = new RepairItem("c", plan, RepairMethod.AdaRound, 10);
        var found = new RepairResult(item.Id, [new RepairedGroup("a", 2, 1)]);

        ResultGuard.Check(item, found).ShouldBe(found);
        Should.Throw<InvalidOperationException>(() => ResultGuard.Check(item, found with { Learned = null }));
        Should.Throw<InvalidOperationException>(() => ResultGuard.Check(item, found with { Groups = [] }));
        Should.Throw<InvalidOperationException>(() => ResultGuard.Check(item, found with { Groups = [new RepairedGroup("b", 2, 1)] }));
        Should.Throw<InvalidOperationException>(() => ResultGuard.Check(item, found with { Groups = [new RepairedGroup("a", 1, 1)] }));
    }

    private static SyntheticNetwork Damaged(double each) => Networks.Easy with { Damage = [.. Enumerable.Repeat(each, 8)] };

    private static SyntheticNetwork Network(SyntheticNetwork network, Func<JobOptions, JobOptions> choose) => network.Choosing(
        options => choose(options with { Repair = RepairMethod.AdaRound, Iterations = JobOptions.UsualIterations }));

    private static RepairItem[] Items(MemoryJournal journal) => [.. journal.Proposed.OfType<RepairItem>()];

    private static IEnumerable<Plan> Plans(MemoryJournal journal) => journal.Proposed.OfType<AccuracyItem>().Select(item => item.Plan);
}
