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
        using var job = new ControlledJob(Begun.In(before));

        for (var time = 0; time < 2; time++)
        {
            (await DoAsync(job.Control, verb)).ShouldBe(expected);
            job.Journal.State.Status.ShouldBe(after);
        }

        var begins = job.Control.EnterAsync(job.Control.Cancelled);
        (begins.IsCompletedSuccessfully, job.Control.Cancelled.IsCancellationRequested).ShouldBe(
            (
                after is not (JobStatus.Paused or JobStatus.Cancelling) && !(verb == "cancel" && expected),
                (verb == "cancel" && expected) || before == JobStatus.Cancelling));
        using var reopened = new JobControl(job.Appends);
        reopened.Cancelled.IsCancellationRequested.ShouldBe(after == JobStatus.Cancelling);
    }

    [Theory]
    [InlineData("pause")]
    [InlineData("resume")]
    [InlineData("cancel")]
    public async Task Any_BeforeTheJobIsSubmitted_IsRefusedAndHoldsNothingUp(string verb)
    {
        using var job = new ControlledJob();

        (await DoAsync(job.Control, verb)).ShouldBeFalse();

        job.Journal.Events.ShouldBeEmpty();
        await job.Appends.AppendAsync(Begun.Submitted);
        await job.Control.EnterAsync(Token);
    }

    [Fact]
    public async Task Pause_WhileWorkRuns_IsReachedWhenTheLastOfItEnds()
    {
        using var job = new ControlledJob(Begun.Round(2));
        await job.Control.EnterAsync(Token);
        await job.Control.EnterAsync(Token);

        (await job.Control.PauseAsync()).ShouldBeTrue();
        var late = job.Control.EnterAsync(Token);
        await job.Control.LeaveAsync();
        job.Journal.Events.Last().ShouldBe(new PauseRequested());
        await job.Control.LeaveAsync();

        job.Journal.Events.Skip(2).ShouldBe([new PauseRequested(), new JobPaused()]);
        late.IsCompleted.ShouldBeFalse();
        (await job.Control.ResumeAsync()).ShouldBeTrue();
        await late;
        job.Journal.Events.Last().ShouldBe(new JobResumed());
    }

    [Fact]
    public async Task Enter_PausingAtOwnersDeath_ReachesPaused()
    {
        using var job = new ControlledJob(Begun.In(JobStatus.Pausing));

        var late = job.Control.EnterAsync(Token);
        var records = await job.Appends.ReadAsync(3, 1, Token);

        records[0].Event.ShouldBe(new JobPaused());
        late.IsCompleted.ShouldBeFalse();
        await job.Control.ResumeAsync();
        await late;
    }

    [Fact]
    public async Task PauseAndResume_ManyAtOnce_EndInOneStateThatTheJournalHas()
    {
        using var job = new ControlledJob(Begun.Round(2));

        await Task.WhenAll(
            Enumerable.Range(0, 40).Select(i => Task.Run(() => i % 2 == 0 ? job.Control.PauseAsync() : job.Control.ResumeAsync(), Token)));

        var status = job.Journal.State.Status;
        status.ShouldBeOneOf(JobStatus.Paused, JobStatus.Running);
        var begins = job.Control.EnterAsync(Token);
        begins.IsCompletedSuccessfully.ShouldBe(status == JobStatus.Running);
        await job.Control.ResumeAsync();
        await begins;
    }

    [Fact]
    public async Task Run_PausedInARound_FinishesWhatRunsAndBeginsNothing()
    {
        var network = Networks.Sensitive;
        var whole = await Jobs.JournalAsync(network);
        using var job = new ControlledJob();
        var asked = 0;
        var pausing = new TaskCompletionSource<Task<bool>>();
        var evaluator = new SyntheticEvaluator(network, _ =>
        {
            if (Interlocked.Increment(ref asked) == 4)
            {
                pausing.SetResult(job.Control.PauseAsync());
            }

            return null;
        });
        var run = job.RunAsync(network, evaluator);

        (await await pausing.Task).ShouldBeTrue();
        var paused = await ReadUntilAsync<JobPaused>(job.Appends);

        // The fourth one was finished, and the fifth not begun.
        evaluator.Asked.Count.ShouldBe(4);
        run.IsCompleted.ShouldBeFalse();
        job.Journal.Events.OfType<AttemptStarted>().Count().ShouldBe(4);
        await job.Control.ResumeAsync();
        (await run).ShouldNotBeNull();
        paused.ShouldBeGreaterThan(0);
        Jobs.Decisions(job.Journal.Events.Where(e => e is not (PauseRequested or JobPaused or JobResumed)))
            .ShouldBe(Jobs.Decisions(whole.Events));
    }

    [Fact]
    public async Task Run_PausedWhileNobodyCanBeReached_IsPausedAllTheSame()
    {
        var network = Networks.Easy;
        using var job = new ControlledJob();
        var reachable = false;
        var begun = new TaskCompletionSource();
        var evaluator = new SyntheticEvaluator(network, _ =>
        {
            begun.TrySetResult();
            return Volatile.Read(ref reachable) ? null : new FailedResult(FailureKind.Unavailable, "no node answers");
        });
        var run = job.RunAsync(network, evaluator, new JobRunnerOptions { Distributed = true, Workers = 2, Time = new InstantTime() });
        await begun.Task;

        (await job.Control.PauseAsync()).ShouldBeTrue();
        await ReadUntilAsync<JobPaused>(job.Appends);
        var asked = evaluator.Asked.Count;
        Volatile.Write(ref reachable, true);
        evaluator.Asked.Count.ShouldBe(asked);
        await job.Control.ResumeAsync();

        (await run).ShouldNotBeNull();
    }

    [Fact]
    public async Task StepAside_CancelledMeanwhile_LeavesTheCountAsItWas()
    {
        using var job = new ControlledJob(Begun.Round(1));
        await job.Control.EnterAsync(Token);
        await job.Control.PauseAsync();
        using var stop = new CancellationTokenSource();
        var aside = job.Control.StepAsideAsync(() => Task.CompletedTask, stop.Token);
        (await job.Appends.ReadAsync(3, 1, Token))[0].Event.ShouldBe(new JobPaused());

        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => aside);
        await job.Control.LeaveAsync();
        await job.Control.ResumeAsync();
        await job.Control.PauseAsync();

        job.Journal.Events.Skip(2).ShouldBe(
            [new PauseRequested(), new JobPaused(), new JobResumed(), new PauseRequested(), new JobPaused()]);
    }

    [Fact]
    public async Task Run_PausedJobReopened_WaitsUntilItIsResumed()
    {
        var network = Networks.Easy;
        var whole = await Jobs.JournalAsync(network);
        using var job = new ControlledJob([.. whole.Events.Take(4), new PauseRequested(), new JobPaused()]);
        var evaluator = new SyntheticEvaluator(network);

        var run = job.RunAsync(network, evaluator);
        job.Journal.Records.Count.ShouldBe(6);
        await job.Control.ResumeAsync();
        (await run).ShouldNotBeNull();

        job.Journal.Events.ElementAt(6).ShouldBe(new JobResumed());
        Jobs.Decisions(job.Journal.Events.Where(e => e is not (PauseRequested or JobPaused or JobResumed)))
            .ShouldBe(Jobs.Decisions(whole.Events));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_CancelledWhileWorkRunsOrWhilePaused_EndsWithoutResult(bool paused)
    {
        var network = Networks.Easy;
        using var job = new ControlledJob();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var endless = new PlayedEvaluator(network, async (_, attempt, stop) =>
        {
            await attempt.Started("here", "cpu:0");
            begun.TrySetResult();
            await Task.Delay(Timeout.Infinite, stop);
            return null;
        });
        var run = job.RunAsync(network, endless, new JobRunnerOptions { Workers = 2 });
        await begun.Task;
        if (paused)
        {
            await job.Control.PauseAsync();
        }

        (await job.Control.CancelAsync("enough")).ShouldBeTrue();

        (await run).ShouldBeNull();
        job.Journal.Events.Where(e => e is not AttemptStarted).TakeLast(2).ShouldBe([new CancelRequested("enough"), new JobCancelled()]);
        var state = job.Journal.State;
        (state.Status, state.Reason).ShouldBe((JobStatus.Cancelled, "enough"));
    }

    [Fact]
    public async Task Run_CancelledBeforeACrash_EndsWithoutAskingForAnything()
    {
        var network = Networks.Easy;
        var whole = await Jobs.JournalAsync(network);
        for (var kept = 1; kept < whole.Records.Count; kept++)
        {
            using var job = new ControlledJob([.. whole.Events.Take(kept), new CancelRequested("enough")]);
            var evaluator = new SyntheticEvaluator(network);

            (await job.RunAsync(network, evaluator)).ShouldBeNull();

            evaluator.Asked.ShouldBeEmpty();
            job.Journal.Events.Skip(kept).ShouldBe([new CancelRequested("enough"), new JobCancelled()]);
        }
    }

    [Fact]
    public async Task Run_PublishingFails_LeavesAPauseReachable()
    {
        var network = Networks.Easy;
        using var job = new ControlledJob();
        var evaluator = new SyntheticEvaluator(
            network, item => item is PublishItem ? new FailedResult(FailureKind.ParityRefused, "no") : null);
        await Should.ThrowAsync<JobException>(() => job.RunAsync(network, evaluator, new JobRunnerOptions { Publishes = true }));

        (await job.Control.PauseAsync()).ShouldBeTrue();

        job.Journal.State.Status.ShouldBe(JobStatus.Paused);
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
}
