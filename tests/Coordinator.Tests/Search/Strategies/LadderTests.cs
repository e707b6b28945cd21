namespace Cluster.Coordinator.Tests.Search.Strategies;

public sealed class LadderTests
{
    [Fact]
    public async Task Run_SeveralSensitiveGroups_LeavesThemInFloat32InTheOrderOfTheirSensitivity()
    {
        var network = Ladder(Networks.Sensitive with { Damage = [0.0005, 0.02, 0.03, 0.0005, 0.0005, 0.0005, 0.04, 0.0005] });
        var journal = new MemoryJournal();

        var outcome = await Jobs.RunAsync(network, journal);

        outcome.Result.Decision.Kind.ShouldBe(WinnerKind.Faster);
        Kept(outcome.Winner.Plan).ShouldBe([1, 2, 6]);
        var rungs = journal.Events.OfType<RoundProposed>()
            .Where(round => round.Purpose.StartsWith("ladder", StringComparison.Ordinal))
            .SelectMany(round => round.Items)
            .Where(item => !((AccuracyItem)item.Item).Images.IsFull)
            .Select(item => Kept(((AccuracyItem)item.Item).Plan));
        string.Join(" | ", rungs.Select(kept => string.Join(' ', kept))).ShouldBe(
            "6 | 2 6 | 1 2 6 | 0 1 2 6", "a round of four is speculated ahead, and the first that is accurate ends it");
    }

    [Fact]
    public async Task Run_Int8IsAccurate_ClimbsNothing()
    {
        var journal = new MemoryJournal();

        (await Jobs.RunAsync(Ladder(Networks.Easy), journal)).Winner.Plan.QuantizedCount.ShouldBe(8);

        journal.Events.OfType<RoundProposed>().ShouldNotContain(round => round.Purpose.StartsWith("ladder", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_NoRungIsAccurate_EndsWithTraining()
    {
        var network = Ladder(Networks.Hopeless);
        network = network with
        {
            Spec = (network.Spec with { Data = network.Spec.Data with { Training = "train" } })
                .Choosing(options => options with { FineTune = FineTuneMode.Auto, Epochs = 2 }),
        };
        var journal = new MemoryJournal();

        await Jobs.RunAsync(network, journal);

        var winner = journal.Events.OfType<WinnerSelected>().ShouldHaveSingleItem();
        winner.Kind.ShouldBe(WinnerKind.NothingFeasible);
        var trained = journal.Events.OfType<StepCompleted>().Select(step => step.Item).Cast<FineTuneItem>().ToArray();
        trained.Select(item => item.Plan.QuantizedCount).Take(2).ShouldBe([8, 7], "the fastest that were refused");
        trained[^1].Plan.ShouldBe(winner.Plan, "the most accurate");
    }

    private static SyntheticNetwork Ladder(SyntheticNetwork network) =>
        network.Choosing(options => options with { Strategy = StrategyKind.Ladder });

    private static int[] Kept(Plan plan) =>
        [.. Enumerable.Range(0, plan.Groups.Count).Where(group => plan.Groups[group].Format.IsBaseline)];
}
