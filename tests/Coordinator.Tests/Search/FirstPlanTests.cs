using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Search.Objectives;
using Cluster.Coordinator.Tests.Support;
using Cluster.Plans;
using Cluster.Simulation;

namespace Cluster.Coordinator.Tests.Search;

public sealed class FirstPlanTests
{
    [Fact]
    public async Task Run_WinnerOfTheSameQuestionFirst_WinsAgainAfterFewerEvaluations()
    {
        var network = Network().By(StrategyKind.Greedy) with { Images = 10_000 };
        var cold = await Jobs.RunAsync(network);
        var journal = new MemoryJournal();

        var warm = await Jobs.RunAsync(With(network, cold.Winner.Plan), journal);

        warm.Winner.Plan.ShouldBe(cold.Winner.Plan);
        (warm.Evaluations.Full + warm.Evaluations.Subset).ShouldBeLessThan((cold.Evaluations.Full + cold.Evaluations.Subset) / 2);
        Rounds(journal).ShouldContain(round => round.Purpose.StartsWith("first plan", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_WinnerOfALooserQuestion_IsTheWayToATighterOne()
    {
        var loose = await Jobs.RunAsync(Network().By(StrategyKind.Greedy));
        var greedy = Network().By(StrategyKind.Greedy);
        var tight = greedy with { Spec = greedy.Spec.Choosing(options => options with { MaxDrop = 0.012 }) };
        var cold = await Jobs.RunAsync(tight);

        var warm = await Jobs.RunAsync(With(tight, loose.Winner.Plan));

        warm.Selection.Feasible.ShouldBeTrue();
        warm.Winner.Plan.ShouldBe(cold.Winner.Plan);
        warm.Evaluations.Subset.ShouldBeLessThan(cold.Evaluations.Subset);
    }

    [Theory]
    [InlineData(StrategyKind.Greedy)]
    [InlineData(StrategyKind.Anneal)]
    [InlineData(StrategyKind.Knapsack)]
    [InlineData(StrategyKind.Ladder)]
    public async Task Run_FirstPlan_AnyWorkersAndStopsWriteTheSameJournal(StrategyKind strategy)
    {
        var network = With(Network(), (await Jobs.RunAsync(Network())).Winner.Plan);
        network = network with { Spec = network.Spec.Choosing(options => options with { Strategy = strategy }) };
        var whole = new MemoryJournal();
        await Jobs.RunAsync(network, whole);

        await SameJournal.WithWorkersAsync(network, whole, workers: 4);
        var count = whole.Records.Count;
        await SameJournal.FromStopsAsync(network, whole, kept => kept % 23 == 0 || kept > count - 3);
    }

    [Fact]
    public async Task Run_FirstPlanThatLosesTooMuchOrNothing_ChangesNoAnswer()
    {
        var cold = await Jobs.RunAsync(Network());
        var groups = Network().Space.Groups.Select(group => group.Name).ToArray();
        var nearlyFloat32 = Plan.Baseline("synthetic", groups).With([9], group => GroupDecision.In(GroupFormat.Int8, group, "mse", true));
        Plan[] plans =
        [
            nearlyFloat32,
            Plan.Uniform(GroupFormat.Int8, "synthetic", groups, "mse", biasCorrection: true),
            Plan.Baseline("synthetic", groups),
        ];

        foreach (var plan in plans)
        {
            var target = Network().Spec.Options.Target;
            var warm = await Jobs.RunAsync(With(Network(), new Plan(target, plan.Groups)));
            warm.Winner.Plan.ShouldBe(cold.Winner.Plan);
        }
    }

    [Fact]
    public async Task Run_NothingToSearchFor_DoesNotLookAtIt()
    {
        var easy = Networks.Easy;
        var groups = easy.Space.Groups.Select(group => group.Name);
        var first = Plan.Baseline(easy.Spec.Options.Target, groups)
            .With([0, 1], group => GroupDecision.In(GroupFormat.Int8, group, "mse", biasCorrection: true));
        var journal = new MemoryJournal();

        await Jobs.RunAsync(With(easy, first), journal);

        Rounds(journal).ShouldNotContain(round => round.Purpose.StartsWith("first plan", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_GroupsThatTheJobKeeps_StayInFloat32()
    {
        var network = Network();
        var names = network.Space.Groups.Select(group => group.Name).ToArray();
        var all = Plan.Uniform(GroupFormat.Int8, network.Spec.Options.Target, names, "mse", biasCorrection: true);
        var spec = With(network, all).Spec.Choosing(options => options with { KeepFloat32 = [names[3]] });

        var memory = new SearchMemory(spec, network.Space);

        memory.FirstPlan.ShouldBe(all.With([3], GroupDecision.Baseline));
    }

    [Fact]
    public void Check_PlanOfAnotherNetworkOrTarget_IsRefused()
    {
        var network = Network();
        var names = network.Space.Groups.Select(group => group.Name).ToArray();
        JobOptions Options(string target, IEnumerable<string> groups) => network.Spec.Options with
        {
            FirstPlan = new FirstPlan(Plan.Baseline(target, groups)),
        };

        Should.NotThrow(() => FirstPlans.Check(Options(network.Spec.Options.Target, names), network.Space));
        Should.Throw<JobImpossibleException>(() => FirstPlans.Check(Options("other", names), network.Space))
            .Message.ShouldContain("is a plan for other where");
        Should.Throw<JobImpossibleException>(() => FirstPlans.Check(Options(network.Spec.Options.Target, names.Skip(1)), network.Space))
            .Message.ShouldBe(
                $"--first-plan decides {names.Length - 1} groups where the network has {names.Length}, and does not decide {names[0]}: "
                + "give a plan of the same network.");
    }

    [Fact]
    public void Parse_PlanFileOrPlan_IsTheSamePlan()
    {
        var plan = Plan.Uniform(GroupFormat.Int8, "onnxruntime-cpu", ["a", "b"], "mse", biasCorrection: true);
        var file = new PlanFile(plan, new BuiltFrom("m", "c"), 0);

        FirstPlan.Parse(file.Format(), "x").Plan.ShouldBe(plan);
        FirstPlan.Parse(plan.Json, "x").Plan.ShouldBe(plan);
        Should.Throw<JobException>(() => FirstPlan.Parse("""{"target":"t","groups":[null]}""", "x"))
            .Message.ShouldContain("twice or without a name");
        Should.Throw<JobException>(() => FirstPlan.Parse("{}", "x.json")).Message.ShouldContain("x.json has the schema \"none\"");
        Should.Throw<JobException>(() => FirstPlan.Parse("[", "x.json")).Message.ShouldStartWith("x.json is not JSON");
    }

    private static SyntheticNetwork With(SyntheticNetwork network, Plan first) =>
        network with { Spec = network.Spec.Choosing(options => options with { FirstPlan = new FirstPlan(first) }) };

    private static SyntheticNetwork Network()
    {
        var network = new SyntheticNetwork
        {
            Damage = [.. Enumerable.Range(0, 10).Select(i => 0.002 + (0.002 * i))],
            Float32Ms = [.. Enumerable.Repeat(1.0, 10)],
            Int8Ms = [.. Enumerable.Repeat(0.4, 10)],
            EdgeMs = 0.15,
            Images = 4000,
        };
        return network with { Spec = network.Spec.Choosing(options => options with { MaxDrop = 0.02 }) };
    }

    private static IEnumerable<RoundProposed> Rounds(MemoryJournal journal) => journal.Events.OfType<RoundProposed>();
}
