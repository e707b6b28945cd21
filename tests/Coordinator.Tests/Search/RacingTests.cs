using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Results;
using Cluster.Coordinator.Tests.Support;
using Cluster.Coordinator.Work;
using Cluster.Simulation;

namespace Cluster.Coordinator.Tests.Search;

public sealed class RacingTests
{
    [Fact]
    public async Task Run_Racing_FindsTheSameWinnerAndLooksAtAllImagesOfFewerPlans()
    {
        var (on, off) = (new MemoryJournal(), new MemoryJournal());

        var raced = await Jobs.RunAsync(Network(CandidateRacing.On), on);
        var plain = await Jobs.RunAsync(Network(racing: null), off);

        raced.Winner.Plan.ShouldBe(plain.Winner.Plan);
        raced.Winner.Accuracy!.Total.ShouldBe(Network(null).Images, "a winner always sees all images");
        raced.Evaluations.Full.ShouldBeLessThan(plain.Evaluations.Full);
        Races(off).ShouldBeEmpty("as in jobs of older versions");

        // What the race shows to lose too much is not looked at again.
        var seen = Items(on).Where(item => item.Images.IsFull).Select(item => item.Plan).ToHashSet();
        Races(on).Count(item => !seen.Contains(item.Plan)).ShouldBeGreaterThan(0);
        Races(on).Select(item => item.Images).Distinct().ShouldHaveSingleItem("all candidates race on the same images");
    }

    [Theory]
    [InlineData(StrategyKind.Greedy)]
    [InlineData(StrategyKind.Anneal)]
    public async Task Run_Racing_AnyWorkersAndStopsWriteTheSameJournal(StrategyKind strategy)
    {
        var network = Network(CandidateRacing.On);
        network = network with { Spec = network.Spec.Choosing(options => options with { Strategy = strategy }) };
        var whole = new MemoryJournal();
        await Jobs.RunAsync(network, whole);

        await SameJournal.WithWorkersAsync(network, whole, workers: 4);
        var count = whole.Records.Count;
        await SameJournal.FromStopsAsync(network, whole, kept => kept % 23 == 0 || kept > count - 3);
    }

    [Theory]
    [InlineData(SearchGoal.Front, 4000)]
    [InlineData(null, 200)]
    public async Task Run_FrontOrFewImages_DoesNotRace(SearchGoal? goal, int images)
    {
        var network = Network(CandidateRacing.On) with { Images = images };
        var journal = new MemoryJournal();

        await Jobs.RunAsync(network with { Spec = network.Spec.Choosing(options => options with { Goal = goal }) }, journal);

        Races(journal).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(4)]
    [InlineData(9)]
    public async Task Run_RacingWithABudget_KeepsIt(int budget)
    {
        var network = Network(CandidateRacing.On);
        var outcome = await Jobs.RunAsync(
            network with { Spec = network.Spec.Choosing(options => options with { BudgetEvaluations = budget }) });

        // FP32, a first attempt and three calibrators are always made.
        (outcome.Evaluations.Full + outcome.Evaluations.Subset).ShouldBeLessThanOrEqualTo(Math.Max(5, budget));
    }

    private static SyntheticNetwork Network(CandidateRacing? racing)
    {
        // Half of the groups may be quantized, and on the way back each is tried once.
        var network = new SyntheticNetwork
        {
            Damage = [.. Enumerable.Range(0, 10).Select(i => 0.002 + (0.002 * i))],
            Float32Ms = [.. Enumerable.Repeat(1.0, 10)],
            Int8Ms = [.. Enumerable.Repeat(0.4, 10)],
            EdgeMs = 0.15,
            Images = 4000,
        };
        return network with { Spec = network.Spec.Choosing(options => options with { Racing = racing, MaxDrop = 0.02 }) };
    }

    private static AccuracyItem[] Items(MemoryJournal journal) =>
    [
        .. journal.Events.OfType<RoundProposed>().SelectMany(round => round.Items).Select(item => item.Item).OfType<AccuracyItem>(),
    ];

    private static AccuracyItem[] Races(MemoryJournal journal) => [.. Items(journal).Where(item => item.Images.Near is not null)];
}
