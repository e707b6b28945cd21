using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Running;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Search.Strategies;
using Cluster.Coordinator.Tests.Support;
using Cluster.Coordinator.Work;
using Cluster.Plans;
using Cluster.Simulation;

namespace Cluster.Coordinator.Tests;

public sealed class JobControlTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // Where a job of each status is afterwards (from the journal, so also for whoever opens it next), and what the caller is told.
    public static TheoryData<string, JobStatus, bool, JobStatus> Table => new()
    {
        { "pause", JobStatus.Queued, true, JobStatus.Paused },
        { "pause", JobStatus.Running, true, JobStatus.Paused },
        { "pause", JobStatus.Pausing, true, JobStatus.Paused },
        { "pause", JobStatus.Paused, true, JobStatus.Paused },
        { "pause", JobStatus.Cancelling, false, JobStatus.Cancelling },
        { "pause", JobStatus.Cancelled, false, JobStatus.Cancelled },
        { "pause", JobStatus.Succeeded, false, JobStatus.Succeeded },
        { "pause", JobStatus.Failed, false, JobStatus.Failed },
        { "resume", JobStatus.Queued, true, JobStatus.Queued },
        { "resume", JobStatus.Running, true, JobStatus.Running },
        { "resume", JobStatus.Pausing, true, JobStatus.Running },
        { "resume", JobStatus.Paused, true, JobStatus.Running },
        { "resume", JobStatus.Cancelling, false, JobStatus.Cancelling },
        { "resume", JobStatus.Cancelled, false, JobStatus.Cancelled },
        { "resume", JobStatus.Succeeded, false, JobStatus.Succeeded },
        { "resume", JobStatus.Failed, false, JobStatus.Failed },
        { "cancel", JobStatus.Queued, true, JobStatus.Cancelling },
        { "cancel", JobStatus.Running, true, JobStatus.Cancelling },
        { "cancel", JobStatus.Pausing, true, JobStatus.Cancelling },
        { "cancel", JobStatus.Paused, true, JobStatus.Cancelling },
        { "cancel", JobStatus.Cancelling, true, JobStatus.Cancelling },
        { "cancel", JobStatus.Cancelled, true, JobStatus.Cancelled },
        { "cancel", JobStatus.Succeeded, false, JobStatus.Succeeded },
        { "cancel", JobStatus.Failed, false, JobStatus.Failed },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public async Task Any_InEveryState_FollowsTheTable(string verb, JobStatus before, bool expected, JobStatus after)
    {
        var journal = new MemoryJournal(Begun.In(before));
        using var jobJournal = new JobJournal(journal);
        using var control = new JobControl(jobJournal);

        for (var time = 0; time < 2; time++)
        {
            (await DoAsync(control, verb)).ShouldBe(expected);
            JobState.Fold(journal.Events)!.Status.ShouldBe(after);
        }

        var begins = control.EnterAsync(control.Cancelled);
        (begins.IsCompletedSuccessfully, control.Cancelled.IsCancellationRequested).ShouldBe(
            (
                after is not (JobStatus.Paused or JobStatus.Cancelling) && !(verb == "cancel" && expected),
                (verb == "cancel" && expected) || before == JobStatus.Cancelling));
        using var reopened = new JobControl(jobJournal);
        reopened.Cancelled.IsCancellationRequested.ShouldBe(after == JobStatus.Cancelling);
    }

    [Theory]
    [InlineData("pause")]
    [InlineData("resume")]
    [InlineData("cancel")]
    public async Task Any_BeforeTheJobIsSubmitted_IsRefusedAndHoldsNothingUp(string verb)
    {
        var journal = new MemoryJournal();
        using var jobJournal = new JobJournal(journal);
        using var control = new JobControl(jobJournal);

        (await DoAsync(control, verb)).ShouldBeFalse();

        journal.Events.ShouldBeEmpty();
        await jobJournal.AppendAsync(Begun.Submitted);
        await control.EnterAsync(Token);
    }

    [Fact]
    public async Task Pause_WhileWorkRuns_IsReachedWhenTheLastOfItEnds()
    {
        var journal = new MemoryJournal(Begun.Round(2));
        using var jobJournal = new JobJournal(journal);
        using var control = new JobControl(jobJournal);
        await control.EnterAsync(Token);
        await control.EnterAsync(Token);

        (await control.PauseAsync()).ShouldBeTrue();
        var late = control.EnterAsync(Token);
        await control.LeaveAsync();
        journal.Events.Last().ShouldBe(new PauseRequested());
        await control.LeaveAsync();

        journal.Events.Skip(2).ShouldBe([new PauseRequested(), new JobPaused()]);
        late.IsCompleted.ShouldBeFalse();
        (await control.ResumeAsync()).ShouldBeTrue();
        await late;
        journal.Events.Last().ShouldBe(new JobResumed());
    }

    [Fact]
    public async Task Resume_BeforeThePauseIsReached_GoesOnWithoutOne()
    {
        var journal = new MemoryJournal(Begun.Round(2));
        using var jobJournal = new JobJournal(journal);
        using var control = new JobControl(jobJournal);
        await control.EnterAsync(Token);

        await control.PauseAsync();
        await control.ResumeAsync();
        await control.LeaveAsync();

        journal.Events.Skip(2).ShouldBe([new PauseRequested(), new JobResumed()]);
    }

    [Fact]
    public async Task Enter_JobThatWasPausingWhenItsOwnerDied_ReachesThePause()
    {
        var journal = new MemoryJournal(Begun.In(JobStatus.Pausing));
        using var jobJournal = new JobJournal(journal);
        using var control = new JobControl(jobJournal);

        var late = control.EnterAsync(Token);
        var records = await jobJournal.ReadAsync(3, 1, Token);

        records[0].Event.ShouldBe(new JobPaused());
        late.IsCompleted.ShouldBeFalse();
        await control.ResumeAsync();
        await late;
    }

    [Fact]
    public async Task PauseAndResume_ManyAtOnce_EndInOneStateThatTheJournalHas()
    {
        var journal = new MemoryJournal(Begun.Round(2));
        using var jobJournal = new JobJournal(journal);
        using var control = new JobControl(jobJournal);

        await Task.WhenAll(
            Enumerable.Range(0, 40).Select(i => Task.Run(() => i % 2 == 0 ? control.PauseAsync() : control.ResumeAsync(), Token)));

        var status = JobState.Fold(journal.Events)!.Status;
        status.ShouldBeOneOf(JobStatus.Paused, JobStatus.Running);
        var begins = control.EnterAsync(Token);
        begins.IsCompletedSuccessfully.ShouldBe(status == JobStatus.Running);
        await control.ResumeAsync();
        await begins;
    }

    [Fact]
    public async Task Run_PausedInARound_FinishesWhatRunsAndBeginsNothing()
    {
        var network = Networks.Sensitive;
        var whole = new MemoryJournal();
        await Jobs.RunAsync(network, whole);
        var journal = new MemoryJournal();
        using var jobJournal = new JobJournal(journal);
        using var control = new JobControl(jobJournal);
        var asked = 0;
        var pausing = new TaskCompletionSource<Task<bool>>();
        var evaluator = new SyntheticEvaluator(network, _ =>
        {
            if (Interlocked.Increment(ref asked) == 4)
            {
                pausing.SetResult(control.PauseAsync());
            }

            return null;
        });
        var run = new JobRunner(evaluator, jobJournal, control, SearchStrategies.Of(new()), new JobRunnerOptions { Workers = 1 }).RunAsync(
            network.Spec, Token);

        (await await pausing.Task).ShouldBeTrue();
        var paused = await ReadUntilAsync<JobPaused>(jobJournal);

        // The fourth one was finished, and the fifth not begun.
        evaluator.Asked.Count.ShouldBe(4);
        run.IsCompleted.ShouldBeFalse();
        journal.Events.OfType<AttemptStarted>().Count().ShouldBe(4);
        await control.ResumeAsync();
        (await run).ShouldNotBeNull();
        paused.ShouldBeGreaterThan(0);
        Jobs.Decisions(journal.Events.Where(e => e is not (PauseRequested or JobPaused or JobResumed)))
            .ShouldBe(Jobs.Decisions(whole.Events));
    }

    [Fact]
    public async Task Run_PausedWhileNobodyCanBeReached_IsPausedAllTheSame()
    {
        var network = Networks.Easy;
        var journal = new MemoryJournal();
        using var jobJournal = new JobJournal(journal);
        using var control = new JobControl(jobJournal);
        var reachable = false;
        var begun = new TaskCompletionSource();
        var evaluator = new SyntheticEvaluator(network, _ =>
        {
            begun.TrySetResult();
            return Volatile.Read(ref reachable) ? null : new Work.FailedResult(Work.FailureKind.Unavailable, "nobody there");
        });
        var run = new JobRunner(
            evaluator,
            jobJournal,
            control,
            SearchStrategies.Of(new()),
            new JobRunnerOptions { Distributed = true, Workers = 2, Time = new InstantTime() })
            .RunAsync(
                network.Spec, Token);
        await begun.Task;

        (await control.PauseAsync()).ShouldBeTrue();
        await ReadUntilAsync<JobPaused>(jobJournal);
        var asked = evaluator.Asked.Count;
        Volatile.Write(ref reachable, true);
        evaluator.Asked.Count.ShouldBe(asked);
        await control.ResumeAsync();

        (await run).ShouldNotBeNull();
    }

    [Fact]
    public async Task StepAside_CancelledMeanwhile_LeavesTheCountAsItWas()
    {
        var journal = new MemoryJournal(Begun.Round(1));
        using var jobJournal = new JobJournal(journal);
        using var control = new JobControl(jobJournal);
        await control.EnterAsync(Token);
        await control.PauseAsync();
        using var stop = new CancellationTokenSource();
        var aside = control.StepAsideAsync(() => Task.CompletedTask, stop.Token);
        (await jobJournal.ReadAsync(3, 1, Token))[0].Event.ShouldBe(new JobPaused());

        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => aside);
        await control.LeaveAsync();
        await control.ResumeAsync();
        await control.PauseAsync();

        journal.Events.Skip(2).ShouldBe([new PauseRequested(), new JobPaused(), new JobResumed(), new PauseRequested(), new JobPaused()]);
    }

    [Fact]
    public async Task Run_PausedJobReopened_WaitsUntilItIsResumed()
    {
        var network = Networks.Easy;
        var whole = new MemoryJournal();
        await Jobs.RunAsync(network, whole);
        var journal = new MemoryJournal([.. whole.Events.Take(4), new PauseRequested(), new JobPaused()]);
        using var jobJournal = new JobJournal(journal);
        using var control = new JobControl(jobJournal);
        var evaluator = new SyntheticEvaluator(network);

        var run = new JobRunner(evaluator, jobJournal, control, SearchStrategies.Of(new())).RunAsync(network.Spec, Token);
        journal.Records.Count.ShouldBe(6);
        await control.ResumeAsync();
        (await run).ShouldNotBeNull();

        journal.Events.ElementAt(6).ShouldBe(new JobResumed());
        Jobs.Decisions(journal.Events.Where(e => e is not (PauseRequested or JobPaused or JobResumed)))
            .ShouldBe(Jobs.Decisions(whole.Events));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_CancelledWhileWorkRunsOrWhilePaused_EndsWithoutResult(bool paused)
    {
        var network = Networks.Easy;
        var journal = new MemoryJournal();
        using var jobJournal = new JobJournal(journal);
        using var control = new JobControl(jobJournal);
        var evaluator = new EndlessEvaluator(network);
        var run = new JobRunner(evaluator, jobJournal, control, SearchStrategies.Of(new()), new JobRunnerOptions { Workers = 2 }).RunAsync(
            network.Spec, Token);
        await evaluator.Begun.Task;
        if (paused)
        {
            await control.PauseAsync();
        }

        (await control.CancelAsync("enough")).ShouldBeTrue();

        (await run).ShouldBeNull();
        journal.Events.Where(e => e is not AttemptStarted).TakeLast(2).ShouldBe([new CancelRequested("enough"), new JobCancelled()]);
        var state = JobState.Fold(journal.Events)!;
        (state.Status, state.Reason).ShouldBe((JobStatus.Cancelled, "enough"));
    }

    [Fact]
    public async Task Run_CancelledBeforeACrash_EndsWithoutAskingForAnything()
    {
        var network = Networks.Easy;
        var whole = new MemoryJournal();
        await Jobs.RunAsync(network, whole);
        for (var kept = 1; kept < whole.Records.Count; kept++)
        {
            var journal = new MemoryJournal([.. whole.Events.Take(kept), new CancelRequested("enough")]);
            using var jobJournal = new JobJournal(journal);
            using var control = new JobControl(jobJournal);
            var evaluator = new SyntheticEvaluator(network);

            (await new JobRunner(evaluator, jobJournal, control, SearchStrategies.Of(new())).RunAsync(network.Spec, Token)).ShouldBeNull();

            evaluator.Asked.ShouldBeEmpty();
            journal.Events.Skip(kept).ShouldBe([new CancelRequested("enough"), new JobCancelled()]);
        }
    }

    [Fact]
    public async Task Run_PublishingFails_LeavesAPauseReachable()
    {
        var network = Networks.Easy;
        var journal = new MemoryJournal();
        using var jobJournal = new JobJournal(journal);
        using var control = new JobControl(jobJournal);
        var runner = new JobRunner(
            new SyntheticEvaluator(
                network, item => item is PublishItem ? new FailedResult(FailureKind.ParityRefused, "no") : null),
            jobJournal,
            control,
            SearchStrategies.Of(new()),
            new JobRunnerOptions { Publishes = true });
        await Should.ThrowAsync<JobException>(() => runner.RunAsync(network.Spec, Token));

        (await control.PauseAsync()).ShouldBeTrue();

        JobState.Fold(journal.Events)!.Status.ShouldBe(JobStatus.Paused);
    }

    private static Task<bool> DoAsync(JobControl control, string verb) => verb switch
    {
        "pause" => control.PauseAsync(),
        "resume" => control.ResumeAsync(),
        _ => control.CancelAsync("no"),
    };

    private static async Task<long> ReadUntilAsync<T>(JobJournal jobJournal)
    {
        for (long next = 0; ; next++)
        {
            if ((await jobJournal.ReadAsync(next, 1, Token))[0].Event is T)
            {
                return next;
            }
        }
    }

    private sealed class EndlessEvaluator(SyntheticNetwork network) : Ports.IEvaluator
    {
        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<SearchSpace> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult(network.Space);

        public async Task<Work.WorkResult> EvaluateAsync(Work.WorkItem item, Work.Attempt attempt, CancellationToken cancellationToken)
        {
            await attempt.Started("here", "cpu:0");
            Begun.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return network.Evaluate(item);
        }
    }
}
