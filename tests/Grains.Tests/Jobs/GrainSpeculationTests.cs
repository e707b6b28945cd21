namespace Cluster.Grains.Tests.Jobs;

/// <summary>Work that is done before it is asked for.</summary>
public sealed class GrainSpeculationTests
{
    private static readonly GrainOptions Options = new() { LongestWait = TimeSpan.FromHours(1) };

    private static readonly WorkItem Item = new AccuracyItem(
        Networks.Easy.Spec.AccuracyContext,
        Plan.Baseline("synthetic", Networks.Easy.Space.Groups.Select(group => group.Name)),
        ImageScope.Full);

    private readonly ManualTime _time = new();
    private readonly IGrainFactory _grains;
    private readonly INodeServices _nodes;
    private readonly PlayedGrains.Played _cluster;
    private readonly GrainEvaluator _evaluator;
    private readonly ConcurrentQueue<(int Number, string Node)> _started = new();
    private readonly TaskCompletionSource _askedFor = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public GrainSpeculationTests()
    {
        (_grains, _nodes, _cluster) = PlayedGrains.Create();
        _evaluator = Coordinator();
    }

    private GrainSpeculation Speculation => _evaluator.Speculation.ShouldBeOfType<GrainSpeculation>();

    [Fact]
    public async Task Evaluate_WasExpectedAndRuns_IsThatAttempt()
    {
        var (begun, end) = Work();
        Speculation.Expect([Item]);
        await begun.Task;
        _cluster.Requests.ShouldHaveSingleItem().IsSpeculative.ShouldBeTrue();
        _started.ShouldBeEmpty("nobody asked for it");

        var run = EvaluateAsync(7);
        end.SetResult(Networks.Easy.Evaluate(Item));

        (await run).ShouldBeEquivalentTo(Networks.Easy.Evaluate(Item));
        _started.ShouldBe([(1, "node-1")]);
        _cluster.Requests.Count.ShouldBe(1);
        await ForgottenAsync(7);
    }

    [Fact]
    public async Task Evaluate_WasExpectedAndFailed_IsTriedAsIfItHadNotBeen()
    {
        var (begun, end) = Work();
        Speculation.Expect([Item]);
        await begun.Task;
        end.SetResult(new FailedResult(FailureKind.NativeCrash, "It crashed."));
        await EndedAsync();

        var (_, again) = Work();
        again.SetResult(Networks.Easy.Evaluate(Item));

        (await EvaluateAsync(7)).ShouldBeEquivalentTo(Networks.Easy.Evaluate(Item));

        _cluster.Requests.Select(request => request.IsSpeculative).ShouldBe([true, false]);
    }

    [Fact]
    public async Task Evaluate_WasExpectedAndFailsNow_IsAFailedAttempt()
    {
        var (begun, end) = Work();
        Speculation.Expect([Item]);
        await begun.Task;

        var run = EvaluateAsync(7);
        end.SetResult(new FailedResult(FailureKind.NativeCrash, "It crashed."));

        (await run).ShouldBe(new FailedResult(FailureKind.NativeCrash, "It crashed."));
        _started.ShouldBe([(1, "node-1")]);
    }

    [Fact]
    public async Task Evaluate_StillWaitsForASlot_IsBegunAtOnce()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _cluster.Grant = () =>
        {
            asked.SetResult();
            return new TaskCompletionSource<SlotGrant?>().Task;
        };
        Speculation.Expect([Item]);
        await asked.Task;
        _cluster.Grant = null;
        var (_, end) = Work();
        end.SetResult(Networks.Easy.Evaluate(Item));

        (await EvaluateAsync(7)).ShouldBeOfType<AccuracyResult>();

        _started.ShouldBe([(1, "node-1")]);
    }

    [Fact]
    public async Task Expect_IsNotLikelyAnyMore_IsStoppedOnItsNode()
    {
        var (begun, _) = Work();
        Speculation.Expect([Item]);
        await begun.Task;

        Speculation.Expect([]);

        (await _cluster.Stopped.Task).ShouldStartWith("node-1");
        Speculation.Found.ShouldBeEmpty();
    }

    [Fact]
    public async Task Expect_NothingLikely_KeepsFindings()
    {
        var (_, end) = Work();
        end.SetResult(Networks.Easy.Evaluate(Item));
        Speculation.Expect([Item]);
        await EndedAsync();

        Speculation.Expect([]);

        Speculation.Found.Keys.ShouldBe([Item]);
        (await EvaluateAsync(7)).ShouldBeEquivalentTo(Networks.Easy.Evaluate(Item));
        _cluster.Begun.Count.ShouldBe(1);
        _started.ShouldBe([(1, "node-1")]);
    }

    [Fact]
    public async Task Stop_WhatWasFound_IsLetGoOnItsNode()
    {
        var (_, end) = Work();
        end.SetResult(Networks.Easy.Evaluate(Item));
        Speculation.Expect([Item]);
        await EndedAsync();

        var telling = _time.ArmedAsync(Options.ForgetEvery);
        Speculation.Stop();

        Speculation.Found.ShouldBeEmpty();
        await telling;
        _time.Advance(Options.ForgetEvery);
        (await _cluster.Forgotten.Task).ShouldHaveSingleItem().ShouldStartWith("node-1");
    }

    [Fact]
    public async Task Evaluate_ItsCoordinatorGoes_TheNextOneTakesItUp()
    {
        var (begun, end) = Work();
        Speculation.Expect([Item]);
        await begun.Task;
        using var goes = new CancellationTokenSource();
        var asked = EvaluateAsync(7, stop: goes.Token);
        await _askedFor.Task;

        await goes.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => asked);
        var next = Coordinator().EvaluateAsync(
            Item, new Attempt(7, 1, Alone: false, (_, _, _) => Task.CompletedTask, "node-1", "g1"), TestContext.Current.CancellationToken);
        end.SetResult(Networks.Easy.Evaluate(Item));

        (await next).ShouldBeEquivalentTo(Networks.Easy.Evaluate(Item));
        _cluster.Begun.Count.ShouldBe(1);
        _cluster.Stopped.Task.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Evaluate_DoneForEarlierCoordinator_IsThatAttempt()
    {
        await LoseCoordinatorAsync();
        var next = await TakeUpAsync();

        (await EvaluateAsync(7, by: next)).ShouldBeEquivalentTo(Networks.Easy.Evaluate(Item));

        _cluster.Asked.ShouldBe(["node-1"]);
        _cluster.Begun.Count.ShouldBe(1);
        _cluster.Requests.Count.ShouldBe(1);
        _started.ShouldBe([(1, "node-1")]);
        await ForgottenAsync(7, next);
    }

    [Fact]
    public async Task Expect_AnEarlierCoordinatorHadItDone_IsFoundWithoutASlot()
    {
        await LoseCoordinatorAsync();
        var next = await TakeUpAsync();
        var speculation = next.Speculation.ShouldBeOfType<GrainSpeculation>();

        speculation.Expect([Item]);
        await EndedAsync(speculation);

        speculation.Found.Keys.ShouldBe([Item]);
        speculation.HasRoom.ShouldBeTrue();
        _cluster.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Evaluate_AnEarlierCoordinatorHadItDoneAndItsNodeForgot_IsBegunAnew()
    {
        await LoseCoordinatorAsync();
        var next = await TakeUpAsync();
        _cluster.Begun.Clear();

        (await EvaluateAsync(7, by: next)).ShouldBeEquivalentTo(Networks.Easy.Evaluate(Item));

        _cluster.Requests.Select(request => request.IsSpeculative).ShouldBe([true, false]);
        _started.ShouldBe([(1, "node-1")]);
    }

    [Fact]
    public async Task Stop_WhatAnEarlierCoordinatorHadDone_IsLetGoOnItsNode()
    {
        await LoseCoordinatorAsync();
        var next = await TakeUpAsync();
        var telling = _time.ArmedAsync(Options.ForgetEvery);

        next.Speculation!.Stop();

        await telling;
        _time.Advance(Options.ForgetEvery);
        (await _cluster.Forgotten.Task).ShouldHaveSingleItem().ShouldStartWith("node-1");
    }

    [Fact]
    public async Task Evaluate_TakenUpWhereNothingBegan_IsUnknownThere()
    {
        var run = Coordinator().EvaluateAsync(
            Item, new Attempt(7, 1, Alone: false, (_, _, _) => Task.CompletedTask, "node-1", "g1"), TestContext.Current.CancellationToken);

        (await run).ShouldBe(new FailedResult(FailureKind.Unavailable, "Node node-1 does not know it."));
    }

    [Fact]
    public async Task Evaluate_CannotBeRecorded_IsStoppedOnItsNode()
    {
        var (begun, _) = Work();
        Speculation.Expect([Item]);
        await begun.Task;
        var attempt = new Attempt(7, 1, Alone: false, (_, _, _) => Task.FromException(new JobException("The disk is full.")))
        {
            Second = () => throw new NotSupportedException(),
        };

        await Should.ThrowAsync<JobException>(() => _evaluator.EvaluateAsync(Item, attempt, TestContext.Current.CancellationToken));

        (await _cluster.Stopped.Task).ShouldStartWith("node-1");
    }

    [Fact]
    public async Task Evaluate_TimingOnSameNode_StopsSpeculationThere()
    {
        var (begun, _) = Work();
        Speculation.Expect([Item]);
        await begun.Task;
        var timing = new LatencyItem(Networks.Easy.Spec.LatencyContext, ((AccuracyItem)Item).Plan);
        _cluster.Work = (_, _) => Task.FromResult(Networks.Easy.Evaluate(timing));

        (await EvaluateAsync(7, timing)).ShouldBeOfType<LatencyResult>();

        (await _cluster.Stopped.Task).ShouldStartWith("node-1");
        Speculation.UnderWay.ShouldBe(0);
    }

    private (TaskCompletionSource Begun, TaskCompletionSource<WorkResult> End) Work()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var end = new TaskCompletionSource<WorkResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        _cluster.Work = (_, _) =>
        {
            begun.TrySetResult();
            return end.Task;
        };
        return (begun, end);
    }

    private GrainEvaluator Coordinator() => new(
        new GrainAttempts(
            TestSilo.Entry(Networks.Easy),
            _grains,
            _nodes,
            new GrainCalls(Options.LongestWait + Options.CallMargin, _time, NullLogger.Instance),
            Options,
            new JobGrainScope(),
            _time,
            NullLogger.Instance),
        NullLogger.Instance);

    // What it had done stays on its node.
    private async Task LoseCoordinatorAsync()
    {
        var (_, end) = Work();
        end.SetResult(Networks.Easy.Evaluate(Item));
        Speculation.Expect([Item]);
        await EndedAsync();
        _cluster.Kept.Enqueue(new Assignment(
            TestSilo.Entry(Networks.Easy).Id, Item.Id, new SlotGrant("g1", "node-1", 0, "cpu:0")));
    }

    private async Task<GrainEvaluator> TakeUpAsync()
    {
        var next = Coordinator();
        await next.TakeUpAsync(TestContext.Current.CancellationToken);
        return next;
    }

    private Task<WorkResult> EvaluateAsync(
        int sequence, WorkItem? item = null, CancellationToken? stop = null, GrainEvaluator? by = null)
    {
        Attempt Numbered(int number) => new(sequence, number, Alone: false, (node, _, _) =>
        {
            _started.Enqueue((number, node));
            _askedFor.TrySetResult();
            return Task.CompletedTask;
        })
        {
            Second = () => Numbered(number + 1),
        };
        return (by ?? _evaluator).EvaluateAsync(item ?? Item, Numbered(1), stop ?? TestContext.Current.CancellationToken);
    }

    private async Task EndedAsync(GrainSpeculation? of = null)
    {
        while ((of ?? Speculation).UnderWay > 0)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    // What its node keeps is let go once it is recorded.
    private async Task ForgottenAsync(int sequence, GrainEvaluator? by = null)
    {
        var telling = _time.ArmedAsync(Options.ForgetEvery);
        (by ?? _evaluator).Recorded(sequence);
        await telling;
        _time.Advance(Options.ForgetEvery);
        (await _cluster.Forgotten.Task).ShouldHaveSingleItem().ShouldStartWith("node-1");
    }
}
