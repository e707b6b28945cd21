using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Plans;
using Cluster.Coordinator.Running;
using Cluster.Coordinator.Tests.Support;
using Cluster.Coordinator.Work;
using Cluster.Simulation;

namespace Cluster.Coordinator.Tests.Search;

/// <summary>Scores of all formats from one item.</summary>
public sealed class FisherScoresTests
{
    [Fact]
    public async Task Run_ByGradients_AsksOnceForAllFormatsAndEndsAsBySweeps()
    {
        var (gradients, sweeps) = (new MemoryJournal(), new MemoryJournal());

        var estimated = await Jobs.RunAsync(Network(ScoreSource.Fisher), gradients);
        var measured = await Jobs.RunAsync(Network(scores: null), sweeps);

        var item = Items(gradients).ShouldHaveSingleItem();
        item.Scores.ShouldBe(ScoreSource.Fisher);
        item.Format.ShouldBeNull();
        item.Also.ShouldBe([GroupFormat.Float16]);
        Items(sweeps).Select(sweep => (sweep.Scores, sweep.Also)).ShouldBe([(null, null), (null, null)]);

        // The synthetic network scores both ways alike.
        estimated.Winner.Plan.ShouldBe(measured.Winner.Plan);
        estimated.Sensitivity!.Groups.ShouldBe(measured.Sensitivity!.Groups);
        estimated.Sensitivity.Scores.ShouldBe(ScoreSource.Fisher);
    }

    [Theory]
    [InlineData(StrategyKind.Greedy, null)]
    [InlineData(StrategyKind.Knapsack, 4)]
    public async Task Run_ByGradients_AnyWorkersAndStopsWriteTheSameJournal(StrategyKind strategy, int? parts)
    {
        var network = Network(ScoreSource.Fisher);
        network = network with { Spec = network.Spec.Choosing(options => options with { Strategy = strategy, SweepParts = parts }) };
        var whole = new MemoryJournal();
        await Jobs.RunAsync(network, whole);
        Items(whole).Length.ShouldBe(parts ?? 1);

        await SameJournal.WithWorkersAsync(network, whole, workers: 4);
        var count = whole.Records.Count;
        await SameJournal.FromStopsAsync(network, whole, kept => kept % 7 == 0 || kept > count - 3);
    }

    [Fact]
    public void Check_ResultOfOtherFormatsOrAnotherSource_IsRefused()
    {
        var item = new SensitivityItem("c", "max", 10, Scores: ScoreSource.Fisher, Also: [GroupFormat.Float16]);
        var also = new SensitivityResult([], Format: GroupFormat.Float16, Scores: ScoreSource.Fisher);
        var whole = new SensitivityResult([], Scores: ScoreSource.Fisher, Also: [also]);

        ResultGuard.Check(item, whole).ShouldBe(whole);
        Should.Throw<InvalidOperationException>(() => ResultGuard.Check(item, whole with { Also = null }));
        Should.Throw<InvalidOperationException>(() => ResultGuard.Check(item, whole with { Also = [also with { Format = null }] }));
        Should.Throw<InvalidOperationException>(() => ResultGuard.Check(item, whole with { Scores = null }));
        ResultGuard.Check(
            item, whole with { Also = [also with { Groups = [new GroupSensitivity("a", double.NaN, null, 0, 0)] }] })
            .ShouldBeOfType<FailedResult>();
    }

    [Fact]
    public void Equals_ItemsReadFromTwoPlaces_AreByTheirFormats()
    {
        var item = new SensitivityItem("c", "max", 10, Scores: ScoreSource.Fisher, Also: [GroupFormat.Float16]);

        (item with { Also = [GroupFormat.Parse("fp16")] }).ShouldBe(item);
        (item with { Also = [GroupFormat.Parse("fp16")] }).GetHashCode().ShouldBe(item.GetHashCode());
        (item with { Also = [GroupFormat.Int8] }).ShouldNotBe(item);
        (item with { Also = null }).ShouldNotBe(item);
        (item with { Scores = null }).ShouldNotBe(item);
        (item with { Seed = 3 }).ShouldNotBe(item);
        (item with { Format = GroupFormat.Float16 }).ShouldNotBe(item);
    }

    private static SyntheticNetwork Network(ScoreSource? scores)
    {
        var network = Networks.Sensitive with { Float16Ms = [.. Enumerable.Repeat(0.6, 8)], EdgeMs = 0.05 };
        return network with { Spec = network.Spec.Choosing(options => options with { Scores = scores }) };
    }

    private static SensitivityItem[] Items(MemoryJournal journal) =>
    [
        .. journal.Events.OfType<RoundProposed>().SelectMany(round => round.Items).Select(item => item.Item).OfType<SensitivityItem>(),
    ];
}
