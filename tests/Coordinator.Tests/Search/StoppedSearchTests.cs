namespace Cluster.Coordinator.Tests.Search;

/// <summary>Jobs whose minutes end before their search does. Every item takes a minute.</summary>
public sealed class StoppedSearchTests
{
    public static TheoryData<StrategyKind> Strategies => [.. Enum.GetValues<StrategyKind>()];

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task Run_MinutesOverAnywhere_PublishesTheBestSoFar(StrategyKind strategy)
    {
        var whole = await MinutesOf(strategy);
        foreach (var minutes in Enumerable.Range(0, whole).Where(minute => minute < 3 || minute % 7 == 0))
        {
            var journal = new MemoryJournal();
            var outcome = await RunAsync(strategy, minutes, journal);

            journal.Events.Count(e => e is SearchStopped).ShouldBe(1, $"{minutes} minutes");
            journal.Events.Last().ShouldBeOfType<JobCompleted>();
            outcome.Result.Decision.Reason.ShouldContain(
                minutes == 1 ? "stopped as its minute is over" : $"stopped as its {minutes} minutes are over");
            outcome.Winner.Latency.ShouldNotBeNull($"{minutes} minutes: the best is timed before it is published");

            // What follows the stop is bounded: the baselines, and the best of what there is, by first timings.
            journal.Events.SkipWhile(e => e is not SearchStopped)
                .ShouldNotContain(e => e is ItemCompleted && ((ItemCompleted)e).Result is FinalTimingResult, $"{minutes} minutes");
            journal.Events.SkipWhile(e => e is not SearchStopped).Count(e => e is ItemCompleted).ShouldBeLessThanOrEqualTo(6);
        }
    }

    [Fact]
    public async Task Run_MinutesOverAndEveryGateRefuses_AsksNoMoreOfThemThanAFifthOfTheMinutes()
    {
        int minutes = await MinutesOf(StrategyKind.Knapsack) - 4;
        var finding = new ParityFinding(Passed: false, 8, 4) { WorstChannel = new OutputChannel("scores", 1, 3, 2.5) };
        var time = new ManualTime();
        var network = Network(StrategyKind.Knapsack, minutes);
        var journal = new MemoryJournal();
        var gates = 0;
        var evaluator = new SyntheticEvaluator(network, item =>
        {
            time.Advance(TimeSpan.FromMinutes(item is ParityItem ? 3 : 1));
            gates += item is ParityItem ? 1 : 0;
            return item is ParityItem ? new ParityResult(finding, "Refused.", []) : null;
        });

        var outcome = await Jobs.RunAsync(network, journal, evaluator, new JobRunnerOptions { Time = time });

        // The second gate begins within the fifth, and is one measurement; others are only said.
        journal.Events.Count(e => e is SearchStopped).ShouldBe(1);
        gates.ShouldBeInRange(1, 2);
        outcome.Winner.Plan.IsBaseline.ShouldBeTrue();
        outcome.Result.Decision.Reason.ShouldContain("no minutes were left for the parity gate of");
        outcome.Result.Refused!.ShouldContain(refused => refused.Reason.Contains("It was not begun", StringComparison.Ordinal));
        journal.Events.Last().ShouldBeOfType<JobCompleted>();
        (time.GetUtcNow() - new ManualTime().GetUtcNow()).ShouldBeLessThanOrEqualTo(TimeSpan.FromMinutes((1.2 * minutes) + 3));
    }

    [Theory]
    [InlineData(StrategyKind.Anneal)]
    [InlineData(StrategyKind.Knapsack)]
    public async Task Run_StoppedJobInterruptedAnywhere_ResumesToTheSameDecisions(StrategyKind strategy)
    {
        var whole = new MemoryJournal();
        await RunAsync(strategy, await MinutesOf(strategy) / 2, whole);
        var text = Jobs.Decisions(whole.Events);
        var stop = whole.Events.TakeWhile(e => e is not SearchStopped).Count();

        for (var kept = stop + 1; kept <= whole.Records.Count; kept++)
        {
            // The clock is another one now, and the limit too: what was decided is in the journal.
            var journal = new MemoryJournal(whole.Events.Take(kept));
            await RunAsync(strategy, minutes: null, journal);

            Jobs.Decisions(journal.Events).ShouldBe(text, $"{kept} events kept");
        }
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task Run_StoppedThenGoingOn_DecidesAsIfItHadNeverBeenStopped(StrategyKind strategy)
    {
        var never = new MemoryJournal();
        await RunAsync(strategy, minutes: null, never);
        var whole = await MinutesOf(strategy);
        foreach (var minutes in new[] { 0, whole / 2, whole - 2 })
        {
            var stopped = new MemoryJournal();
            await RunAsync(strategy, minutes, stopped);
            var goingOn = Continuation.Of(stopped.Records, minutes: null).ShouldNotBeNull();

            var journal = new MemoryJournal([.. stopped.Events.Take(goingOn.Kept), goingOn.Next]);
            var outcome = await RunAsync(strategy, minutes: null, journal);

            Jobs.Decisions(journal.Events.Where(e => e is not (SearchContinued or JobSubmitted)))
                .ShouldBe(Jobs.Decisions(never.Events.Where(e => e is not JobSubmitted)), $"{minutes} minutes");
            outcome.Result.Decision.Stopped.ShouldBeNull();
            journal.State.Spec.Options.MaxMinutes.ShouldBeNull();
        }
    }

    [Theory]
    [InlineData(5.0, 10.0, true)]
    [InlineData(5.0, null, true)]
    [InlineData(0.0, 0.5, true)]
    [InlineData(5.0, 5.0, false)]
    [InlineData(5.0, 0.0, false)]
    [InlineData(null, null, false)] // it was asked to stop
    [InlineData(null, 10.0, false)]
    public void Continuation_OfAStoppedJob_TakesMoreMinutes(double? was, double? asked, bool goesOn)
    {
        var journal = new MemoryJournal([Begun.Submitted, new SearchStopped("its minutes are over", was), new StopRequested("later")]);

        var goingOn = Continuation.Of(journal.Records, asked);

        string words = asked is null ? "resuming, no time limit" : $"resuming, time limit {asked} minutes in all";
        goingOn.ShouldBe(goesOn ? new Continuation(1, new SearchContinued(asked), words) : null);
        Continuation.Of([.. journal.Records.Take(1)], asked).ShouldBeNull("a job that was not stopped is resumed");
    }

    [Fact]
    public async Task Run_OtherMinutesAfterAnInterruption_TakesTheBestSoFar()
    {
        var journal = new MemoryJournal();
        using var stop = new CancellationTokenSource();
        var asked = 0;
        await Should.ThrowAsync<OperationCanceledException>(() => RunAsync(StrategyKind.Greedy, null, journal, stop.Token, () =>
        {
            if (++asked == 8)
            {
                stop.Cancel();
            }
        }));

        var outcome = await RunAsync(StrategyKind.Greedy, 0, journal);

        outcome.Result.Decision.Reason.ShouldContain("its 0 minutes are over");
        journal.Events.Last().ShouldBeOfType<JobCompleted>();
    }

    [Fact]
    public async Task Run_MinutesOverInAStep_LeavesTheWinnerAsItWas()
    {
        var network = Networks.Sensitive.Choosing(
            options => options with { Reconstruct = ReconstructionMode.Always, Iterations = 5, MaxMinutes = 100_000 });
        var time = new ManualTime();
        var journal = new MemoryJournal();
        var evaluator = new SyntheticEvaluator(network, item =>
        {
            if (item is ReconstructItem)
            {
                time.Advance(TimeSpan.FromMinutes(200_000));
                throw new OperationCanceledException("The evaluator was told to stop.");
            }

            return null;
        });

        var outcome = await Jobs.RunAsync(network, journal, evaluator, new JobRunnerOptions { Time = time });

        outcome.Result.Decision.Reason.ShouldBe(journal.Events.OfType<WinnerSelected>().Single().Reason);
        outcome.Result.Reconstruction!.Tried.ShouldBeFalse();
        outcome.Result.Reconstruction.Reason.ShouldContain("the job was stopped, as its 100000 minutes are over");
        journal.Events.Last().ShouldBeOfType<JobCompleted>();
    }

    [Fact]
    public async Task Views_StoppedJob_HaveNothingOpen()
    {
        var journal = new MemoryJournal();
        await RunAsync(StrategyKind.Greedy, 6, journal);
        var view = new JobView();
        foreach (var record in journal.Records)
        {
            view.Apply(record);
        }

        view.Status.ShouldBe(JobStatus.Succeeded);
        view.Proposed.ShouldBe(view.Done);
        view.Winner!.Candidate!.Status.ShouldBe(WorkStatus.Succeeded);
        view.Candidates.ShouldNotContain(candidate => candidate.Status == WorkStatus.Running);
    }

    [Fact]
    public async Task Budget_SpentBySearch_LeavesReconstructionOut()
    {
        var network = Networks.Sensitive.By(StrategyKind.Greedy).Choosing(
            options => options with { Reconstruct = ReconstructionMode.Always, Iterations = 5, BudgetEvaluations = 6 });
        var evaluator = new SyntheticEvaluator(network);

        var outcome = await Jobs.RunAsync(network, evaluator: evaluator);

        evaluator.Asked.ShouldNotContain(item => item is ReconstructItem);
        outcome.Result.Reconstruction!.Reason.ShouldBe("It was left out: the budget of 6 evaluations is spent.");
    }

    [Fact]
    public void WorkingTime_OwnersAndPauses_CountWhatWasWorked()
    {
        var at = DateTimeOffset.UnixEpoch;
        JournalRecord Record(long number, long owner, int minute, JournalEvent happened) =>
            new(number, owner, at.AddMinutes(minute), happened);
        JournalRecord[] records =
        [
            Record(0, 1, 0, SampleEvents.All[0]),
            Record(1, 1, 4, SampleEvents.All[1]),
            Record(2, 2, 100, new PauseRequested()),
            Record(3, 2, 101, new JobPaused()),
            Record(4, 2, 161, new JobResumed()),
            Record(5, 2, 163, SampleEvents.All[2]),
            Record(6, 2, 164, new JobSuspended("its disk was full", at.AddMinutes(194), 1)),
            Record(7, 2, 194, new JobRetried()),
            Record(8, 2, 195, SampleEvents.All[3]),
        ];

        WorkingTime.Of(records).ShouldBe(TimeSpan.FromMinutes(4 + 1 + 2 + 1 + 1));
        var standing = new StandingTime();
        foreach (var record in records[..4])
        {
            standing.Add(record);
        }

        standing.Until(at.AddMinutes(111)).ShouldBe(TimeSpan.FromMinutes(10), "a pause that lasts");
        foreach (var record in records[4..])
        {
            standing.Add(record);
        }

        standing.Until(at.AddMinutes(500)).ShouldBe(TimeSpan.FromMinutes(60 + 30));
    }

    private static async Task<int> MinutesOf(StrategyKind strategy)
    {
        var evaluator = new SyntheticEvaluator(Network(strategy, minutes: null));
        await Jobs.RunAsync(Network(strategy, minutes: null), evaluator: evaluator);
        return evaluator.Asked.Count;
    }

    private static Task<JobOutcome> RunAsync(
        StrategyKind strategy, int? minutes, MemoryJournal journal, CancellationToken? cancel = null, Action? asked = null)
    {
        var time = new ManualTime();
        var network = Network(strategy, minutes);
        var evaluator = new SyntheticEvaluator(network, item =>
        {
            asked?.Invoke();
            time.Advance(TimeSpan.FromMinutes(1));
            return null;
        });
        return Jobs.RunAsync(network, journal, evaluator, new JobRunnerOptions { Time = time }, cancel);
    }

    private static SyntheticNetwork Network(StrategyKind strategy, int? minutes) =>
        Networks.Sensitive.Choosing(options => options with { Strategy = strategy, MaxMinutes = minutes });
}
