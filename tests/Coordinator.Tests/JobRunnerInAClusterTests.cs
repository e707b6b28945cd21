using System.Collections.Concurrent;

namespace Cluster.Coordinator.Tests;

public sealed class JobRunnerInAClusterTests
{
    private static readonly SyntheticNetwork Network = Networks.Easy;

    private static JobRunnerOptions Options => new() { Distributed = true, Workers = 2, Time = new InstantTime() };

    [Fact]
    public async Task Run_TryThatOutlivedItsCoordinator_IsTakenUpWhereItRuns()
    {
        var (events, first) = await FirstRoundAsync();
        var journal = new MemoryJournal([.. events, new AttemptStarted(first.Sequence, 1, "node-7", "cpu:3")]);
        var evaluator = new AttemptRecorder((_, _) => null);

        await Jobs.RunAsync(Network, journal, evaluator, Options);

        var attempt = evaluator.Attempts.First(entry => entry.Item.Id == first.Id).Attempt;
        (attempt.Node, attempt.Number).ShouldBe(("node-7", 1));
        journal.Events.OfType<AttemptStarted>().Count(started => started.Sequence == first.Sequence).ShouldBe(1);
        evaluator.Attempts.Where(entry => entry.Item.Id != first.Id).ShouldAllBe(entry => entry.Attempt.Node == null);
    }

    [Fact]
    public async Task Run_LaterItemEndsFirst_IsRecordedBeforeTheFirstEnds()
    {
        var recorded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        RoundProposed? wide = null;
        var journal = new MemoryJournal(appended: appended =>
        {
            wide ??= appended is RoundProposed { Items: [{ Item.IsExclusive: false }, { Item.IsExclusive: false }, ..] } round
                ? round
                : null;
            if (appended is ItemCompleted completed && completed.Sequence == wide?.Items[1].Sequence)
            {
                recorded.SetResult();
            }
        });
        var evaluator = new PlayedEvaluator(Network, async (item, _, stop) =>
        {
            if (item.Id == wide?.Items[0].Id)
            {
                await recorded.Task.WaitAsync(stop);
            }

            return null;
        });

        var outcome = await Jobs.RunAsync(Network, journal, evaluator, Options);

        recorded.Task.IsCompleted.ShouldBeTrue();
        outcome.Winner.Plan.Digest.ShouldBe((await Jobs.RunAsync(Network)).Winner.Plan.Digest);
    }

    [Fact]
    public async Task Run_TryThatOutlivedItsProcessOnOneMachine_IsTriedAnew()
    {
        var (events, first) = await FirstRoundAsync();
        var journal = new MemoryJournal([.. events, new AttemptStarted(first.Sequence, 1, "here", "cpu:0")]);
        var evaluator = new AttemptRecorder((_, _) => null);

        await Jobs.RunAsync(Network, journal, evaluator);

        var attempt = evaluator.Attempts.First(entry => entry.Item.Id == first.Id).Attempt;
        (attempt.Node, attempt.Number).ShouldBe((null, 2));
    }

    [Fact]
    public async Task Run_TryThatWasTakenUpIsLost_IsTriedElsewhere()
    {
        var (events, first) = await FirstRoundAsync();
        var journal = new MemoryJournal([.. events, new AttemptStarted(first.Sequence, 1, "node-7", "cpu:3")]);
        var evaluator = new AttemptRecorder((_, attempt) => attempt.Node is null ? null : new FailedResult(FailureKind.HostLost, "gone"));

        await Jobs.RunAsync(Network, journal, evaluator, Options);

        evaluator.Attempts.Where(entry => entry.Item.Id == first.Id).Select(entry => (entry.Attempt.Number, entry.Attempt.Node))
            .ShouldBe([(1, "node-7"), (2, null)]);
        journal.Events.ShouldContain(new AttemptFailed(first.Sequence, 1, new FailedResult(FailureKind.HostLost, "gone")));
    }

    [Fact]
    public async Task Run_TryBesideAnotherFails_TheNextKnowsTheFirst()
    {
        var (events, first) = await FirstRoundAsync();
        var journal = new MemoryJournal([
            .. events,
            new AttemptStarted(first.Sequence, 1, "node-7", "cpu:3", Grant: "g1"),
            new AttemptStarted(first.Sequence, 2, "node-8", "cpu:0"),
        ]);
        var stopped = new FailedResult(FailureKind.Unavailable, "It was stopped.");
        var evaluator = new AttemptRecorder((_, attempt) => attempt.Node is null ? null : stopped);

        await Jobs.RunAsync(Network, journal, evaluator, Options);

        evaluator.Attempts.Where(entry => entry.Item.Id == first.Id)
            .Select(entry => (entry.Attempt.Number, entry.Attempt.Node, entry.Attempt.Earlier))
            .ShouldBe([(2, "node-8", null), (3, null, ("node-7", "cpu:3", "g1"))]);
        evaluator.Attempts.Where(entry => entry.Item.Id != first.Id).ShouldAllBe(entry => entry.Attempt.Earlier == null);
    }

    [Fact]
    public async Task Run_ItemThatEndsItsHosts_RunsAloneAfterTheThirdLossAndIsQuarantined()
    {
        var poison = await PoisonAsync();
        var journal = new MemoryJournal();
        var evaluator = new AttemptRecorder((item, _) => item.Id == poison.Id ? new FailedResult(FailureKind.HostLost, "gone") : null);

        var outcome = await Jobs.RunAsync(Network, journal, evaluator, Options);

        evaluator.Attempts.Where(entry => entry.Item.Id == poison.Id).Select(entry => (entry.Attempt.Number, entry.Attempt.Alone))
            .ShouldBe([(1, false), (2, false), (3, false), (4, true)]);
        var failed = journal.Events.OfType<ItemFailed>().ShouldHaveSingleItem();
        (failed.Item, failed.Failure.Kind, failed.Attempts).ShouldBe((poison.Id, FailureKind.Quarantined, 4));
        evaluator.Attempts.Count(entry => entry.Attempt.Alone).ShouldBe(1);
        outcome.Winner.ShouldNotBeNull();
    }

    [Fact]
    public async Task Run_StoppedAfterAnyEventOfATroubledJob_DecidesTheSameWithoutMoreTriesThanTheTable()
    {
        var poison = await PoisonAsync();
        FailedResult? Trouble(WorkItem item, Attempt attempt) => item.Id == poison.Id
            ? new FailedResult(attempt.Number % 2 == 0 ? FailureKind.HostLost : FailureKind.DeviceError, "gone")
            : null;
        var whole = await Jobs.JournalAsync(Network, new AttemptRecorder(Trouble), Options with { Workers = 1 });
        var (decisions, attempts) = (Jobs.Decisions(whole.Events), Attempts(whole.Events));

        for (var kept = 0; kept <= whole.Records.Count; kept++)
        {
            var journal = new MemoryJournal(whole.Events.Take(kept));
            var evaluator = new AttemptRecorder(Trouble);

            await Jobs.RunAsync(Network, journal, evaluator, Options with { Workers = 1 });

            // Also the attempts: where one was under way it is taken up, and the fourth is alone whoever asks for it.
            Jobs.Decisions(journal.Events).ShouldBe(decisions, $"{kept} events kept");
            Attempts(journal.Events).ShouldBe(attempts, $"{kept} events kept");
        }
    }

    [Fact]
    public async Task Run_NobodyThereForALongTime_WaitsWithoutEndingAnything()
    {
        var expected = await Jobs.JournalAsync(Network);
        var time = new InstantTime();
        var left = 200;
        var evaluator = new PlayedEvaluator(Network, async (_, attempt, _) =>
        {
            if (Interlocked.Decrement(ref left) >= 0)
            {
                return new FailedResult(FailureKind.Unavailable, "no node answers");
            }

            await attempt.Started("node", "cpu:0");
            return null;
        });
        var journal = new MemoryJournal();

        await Jobs.RunAsync(Network, journal, evaluator, Options with { Workers = 1, Time = time });

        Jobs.Decisions(journal.Events).ShouldBe(Jobs.Decisions(expected.Events));
        journal.Events.OfType<AttemptFailed>().Count().ShouldBe(200);
        journal.Events.OfType<AttemptStarted>().Count(started => started.Node.Length == 0).ShouldBe(200);
        time.Waits.Count(delay => delay > TimeSpan.Zero).ShouldBe(200);
        time.Waits.Max().TotalSeconds.ShouldBeInRange(15, 30);
    }

    [Fact]
    public async Task Run_AnotherOwnerTakesTheJournal_StopsAndSaysSo()
    {
        var journal = new MemoryJournal(appended: e =>
        {
            if (e is ItemCompleted)
            {
                throw new JournalOwnershipException("Gone.");
            }
        });

        await Should.ThrowAsync<JournalOwnershipException>(() => Jobs.RunAsync(Network, journal, options: Options));
    }

    [Fact]
    public async Task Run_TwoAttemptsBesideEachOtherFail_TheFailureIsTheLastOnes()
    {
        var (_, first) = await FirstRoundAsync();
        // Every attempt at one item is begun twice; the first time both fail.
        var times = 0;
        var evaluator = new PlayedEvaluator(Network, async (item, attempt, _) =>
        {
            if (item.Id != first.Id)
            {
                return null;
            }

            await attempt.Started("one", "cpu:0");
            await attempt.Second.ShouldNotBeNull()().Started("two", "cpu:0");
            return ++times == 1 ? new FailedResult(FailureKind.HostLost, "gone") : null;
        });
        var journal = new MemoryJournal();

        await Jobs.RunAsync(Network, journal, evaluator, Options);

        journal.Events.OfType<AttemptStarted>().Where(started => started.Sequence == first.Sequence)
            .Select(started => (started.Attempt, started.Node))
            .ShouldBe([(1, "one"), (2, "two"), (3, "one"), (4, "two")]);
        journal.Events.OfType<AttemptFailed>().ShouldHaveSingleItem().Attempt.ShouldBe(2);
        journal.Events.OfType<JobCompleted>().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Run_TimingsOfARound_AreDoneSideBySide()
    {
        // Two of a round wait for each other.
        var timings = 0;
        var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var evaluator = new PlayedEvaluator(Network, async (item, _, stop) =>
        {
            if (item.IsExclusive)
            {
                if (Interlocked.Increment(ref timings) == 2)
                {
                    met.SetResult();
                }

                await met.Task.WaitAsync(stop);
            }

            return null;
        });

        var outcome = await Jobs.RunAsync(Network, evaluator: evaluator, options: Options);

        outcome.Winner.ShouldNotBeNull();
        met.Task.IsCompleted.ShouldBeTrue();
    }

    // Each item's in their order; between items, the next one's beginning and the last one's record may change places.
    private static string Attempts(IEnumerable<JournalEvent> events) =>
        Jobs.Text(events.Where(e => e is AttemptStarted or AttemptFailed)
            .OrderBy(e => e is AttemptStarted started ? started.Sequence : ((AttemptFailed)e).Sequence));

    private static async Task<(IReadOnlyList<JournalEvent> Events, ProposedItem First)> FirstRoundAsync()
    {
        var whole = await Jobs.JournalAsync(Network);
        return ([.. whole.Events.Take(2)], whole.Events.OfType<RoundProposed>().First().Items[0]);
    }

    // An item that is not the baseline, without which there is no job.
    private static async Task<WorkItem> PoisonAsync() =>
        (await Jobs.JournalAsync(Network)).Proposed.First(item => item is AccuracyItem { Plan.IsBaseline: false });

    private sealed class AttemptRecorder(Func<WorkItem, Attempt, FailedResult?> fail) : IEvaluator
    {
        public ConcurrentQueue<(WorkItem Item, Attempt Attempt)> Attempts { get; } = new();

        public Task<SearchSpace> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult(Network.Space);

        public async Task<WorkResult> EvaluateAsync(WorkItem item, Attempt attempt, CancellationToken cancellationToken)
        {
            Attempts.Enqueue((item, attempt));
            await attempt.Started("node", "cpu:0");
            return (WorkResult?)fail(item, attempt) ?? Network.Evaluate(item);
        }
    }
}
