using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Results;
using Cluster.Coordinator.Running;
using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Tests.Search;

public sealed class RetimedSearchTests : IAsyncDisposable
{
    [Theory]
    [InlineData(StrategyKind.Greedy)]
    [InlineData(StrategyKind.Knapsack)]
    [InlineData(StrategyKind.Anneal)]
    [InlineData(StrategyKind.Ladder)]
    public async Task Run_AnUnclearJobTimedAgain_MeasuresItsFinalistsAloneAndReplays(StrategyKind strategy)
    {
        var network = Networks.Easy.By(strategy);
        var journal = new MemoryJournal();
        (await Jobs.RunAsync(network, journal, Busy(network, until: 2))).Result.Decision.Kind.ShouldBe(WinnerKind.Unclear);

        var (unclear, asked) = await AgainAsync(network, journal, until: 2);

        unclear.Result.Decision.Kind.ShouldBe(WinnerKind.Unclear);
        asked.OfType<FinalTimingItem>().ShouldHaveSingleItem().Again.ShouldBe(1);
        asked.Count.ShouldBe(1, "nothing else is measured");
        journal = _journal;

        var (clear, again) = await AgainAsync(network, journal, until: 2);

        clear.Result.Decision.Kind.ShouldBe(WinnerKind.Faster);
        again.ShouldHaveSingleItem().ShouldBe(_journal.Proposed.Last());
        clear.Winner.Plan.ShouldBe(unclear.Winner.Plan);
        var replay = JournalReplay.Of(_journal.Records);
        (replay.Difference, replay.Agrees, replay.IsFinished).ShouldBe((null, true, true));
    }

    [Fact]
    public async Task Run_AWinnerThatWasLearned_IsTakenAsItWasFound()
    {
        var network = ReconstructionTests.Refused with { Recovered = _ => 0.9 };
        var journal = new MemoryJournal();
        var first = await Jobs.RunAsync(network, journal);
        first.Learned.ShouldNotBeNull();

        var (outcome, asked) = await AgainAsync(network, journal, until: 0);

        asked.ShouldHaveSingleItem().ShouldBeOfType<FinalTimingItem>();
        outcome.Learned.ShouldBe(first.Learned);
        outcome.Winner.Plan.ShouldBe(first.Winner.Plan);
        outcome.Result.Evidence!.Looks.ShouldBe(first.Result.Evidence!.Looks, "no plan is counted twice");
        JournalReplay.Of(_journal.Records).Agrees.ShouldBeTrue();
    }

    [Fact]
    public async Task Run_NothingIsFasterThen_LeavesFloat32()
    {
        var network = Networks.Easy;
        var journal = await Jobs.JournalAsync(network);
        var evaluator = new SyntheticEvaluator(network, item => item is FinalTimingItem { Again: 1 } together
            ? new FinalTimingResult([.. ((FinalTimingResult)network.Evaluate(together)).Plans.Select(plan =>
                plan with { MedianMs = 1.2 * plan.Float32MedianMs, LowMs = null, HighMs = null })])
            : null);

        var (outcome, _) = await AgainAsync(network, journal, evaluator);

        (outcome.Result.Decision.Kind, outcome.Winner.Plan.IsBaseline).ShouldBe((WinnerKind.NothingFaster, true));
        JournalReplay.Of(_journal.Records).Agrees.ShouldBeTrue();
    }

    [Fact]
    public async Task Run_StoppedByItsTimeLimit_IsTimedAgainWithoutOne()
    {
        var network = Networks.Easy.Choosing(options => options with { MaxMinutes = 0 });
        var journal = new MemoryJournal();
        var first = await Jobs.RunAsync(network, journal);
        first.Result.Decision.Stopped.ShouldNotBeNull();

        var (outcome, asked) = await AgainAsync(network, journal, until: 0);

        asked.OfType<FinalTimingItem>().Count().ShouldBe(first.Finals.Count == 0 ? 0 : 1);
        outcome.Result.Decision.Stopped.ShouldBe(first.Result.Decision.Stopped);
        outcome.Winner.Plan.ShouldBe(first.Winner.Plan);
    }

    [Fact]
    public async Task Again_UnfinishedJob_IsNull()
    {
        var journal = await Jobs.JournalAsync(Networks.Easy);

        Continuation.Again([.. journal.Records.SkipLast(1)]).ShouldBeNull();
        Continuation.Again([]).ShouldBeNull();
    }

    [Fact]
    public async Task View_OfAJobTimedAgain_HasOneWinner()
    {
        var network = Networks.Easy;
        await AgainAsync(network, await Jobs.JournalAsync(network), until: 0);
        var view = new JobView();

        var kinds = _journal.Records.Select(record => (record.Event, Change: view.Apply(record), view.Winner)).ToArray();

        kinds.Single(one => one.Event is SearchRetimed).Winner.ShouldBeNull();
        view.Winner.ShouldNotBeNull().Kind.ShouldBe(WinnerKind.Faster);
    }

    private MemoryJournal _journal = new();

    public ValueTask DisposeAsync() => _journal.DisposeAsync();

    private Task<(JobOutcome Outcome, IReadOnlyList<WorkItem> Asked)> AgainAsync(
        SyntheticNetwork network, MemoryJournal journal, int until) => AgainAsync(network, journal, Busy(network, until));

    private async Task<(JobOutcome Outcome, IReadOnlyList<WorkItem> Asked)> AgainAsync(
        SyntheticNetwork network, MemoryJournal journal, SyntheticEvaluator evaluator)
    {
        var goesOn = Continuation.Again(journal.Records).ShouldNotBeNull();
        _journal = new MemoryJournal([.. journal.Events.Take(goesOn.Kept), goesOn.Next]);
        var outcome = await Jobs.RunAsync(network, _journal, evaluator);
        _journal.Events.Last().ShouldBeOfType<JobCompleted>();
        return (outcome, [.. evaluator.Asked]);
    }

    // The machine is busy until the finalists are timed again for that time.
    private static SyntheticEvaluator Busy(SyntheticNetwork network, int until) => new(
        network, item => item is FinalTimingItem together && (together.Again ?? 0) < until
            ? new FinalTimingResult([.. ((FinalTimingResult)network.Evaluate(together)).Plans.Select(plan => plan with
            {
                LowMs = 0.9 * plan.MedianMs,
                HighMs = 1.01 * plan.Float32MedianMs,
            })])
            : null);
}
