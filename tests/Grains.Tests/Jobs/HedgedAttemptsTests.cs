namespace Cluster.Grains.Tests.Jobs;

/// <summary>What takes much longer than its kind is begun a second time.</summary>
public sealed class HedgedAttemptsTests
{
    // Items of no time at all came before: the least that counts as long.
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(5);

    // No call is given up meanwhile.
    private static readonly GrainOptions Options = new() { LongestWait = TimeSpan.FromHours(1), Lease = TimeSpan.FromHours(2) };

    private static readonly WorkItem Item =
        new AccuracyItem(Networks.Easy.Spec.AccuracyContext, Plan.Baseline("synthetic", Names), ImageScope.Full);

    private static IEnumerable<string> Names => Networks.Easy.Space.Groups.Select(group => group.Name);

    private const string NotOwner = "The journal has another owner.";

    private readonly ManualTime _time = new();
    private readonly PlayedGrains.Played _cluster;
    private readonly HedgedAttempts _attempts;
    private readonly JobGrainScope _scope = new();
    private readonly ConcurrentQueue<(int Number, string Node)> _started = new();
    private int _refused;

    public HedgedAttemptsTests()
    {
        (var factory, var nodes, _cluster) = PlayedGrains.Create();
        _attempts = new HedgedAttempts(new GrainAttempts(
            TestSilo.Entry(Networks.Easy),
            factory,
            nodes,
            new GrainCalls(Options.LongestWait + Options.CallMargin, _time, NullLogger.Instance),
            Options,
            _scope,
            _time,
            NullLogger.Instance));
    }

    private static WorkResult Result => Networks.Easy.Evaluate(Item);

    [Fact]
    public async Task Run_MuchLongerThanItsKind_CountsAsTheOtherNodeEndsItAndStopsTheFirst()
    {
        var run = await BeginLongAsync(node => node == "node-1" ? new TaskCompletionSource<WorkResult>().Task : Task.FromResult(Result));
        var telling = _time.ArmedAsync(Options.ForgetEvery);

        _time.Advance(Long);

        (await run).Ended.ShouldNotBeNull().Result.ShouldNotBeNull().Value<WorkResult>().ShouldBeEquivalentTo(Result);
        _started.ShouldBe([(1, "node-1"), (2, "node-2")]);
        _cluster.Requests.Last().IsSpare.ShouldBeTrue();
        _cluster.Requests.Last().Beside.ShouldBe(["node-1"]);
        var stopped = await _cluster.Stopped.Task;
        stopped.ShouldStartWith("node-1");
        await telling;
        _time.Advance(Options.ForgetEvery);
        (await _cluster.Forgotten.Task).ShouldBe([stopped]);

        await RunAsync(9);
        _cluster.Requests.Last().Slow.ShouldBe(["node-1/cpu:0"]);
    }

    [Fact]
    public async Task Run_TheSecondNodeFails_IsBegunOnAThird()
    {
        var run = await BeginLongAsync(node => node switch
        {
            "node-1" => new TaskCompletionSource<WorkResult>().Task,
            "node-2" => Task.FromResult<WorkResult>(new FailedResult(FailureKind.Unavailable, "Its disk is gone.")),
            _ => Task.FromResult(Result),
        });

        _time.Advance(Long);

        (await run).Ended.ShouldNotBeNull().Failure.ShouldBeNull();
        _started.ShouldBe([(1, "node-1"), (2, "node-2"), (3, "node-3")]);
    }

    [Fact]
    public async Task Run_AllOthersFail_WaitsForTheFirst()
    {
        var first = new TaskCompletionSource<WorkResult>();
        var second = new TaskCompletionSource();
        var run = await BeginLongAsync(node =>
        {
            if (node == "node-1")
            {
                return first.Task;
            }

            second.TrySetResult();
            return Task.FromResult<WorkResult>(new FailedResult(FailureKind.Unavailable, "Its disk is gone."));
        });
        _time.Advance(Long);
        await second.Task;

        first.SetResult(Result);

        (await run).Ended.ShouldNotBeNull().Failure.ShouldBeNull();
        _cluster.Stopped.Task.IsCompleted.ShouldBeFalse();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_TheSecondCannotBeRecorded_StopsTheFirstOnlyWhereTheJobIsStillItsOwn(bool isLeft)
    {
        var run = await BeginLongAsync(_ => new TaskCompletionSource<WorkResult>().Task);
        _refused = 2;
        _scope.IsLeft = () => isLeft;
        var telling = _time.ArmedAsync(Options.ForgetEvery);

        _time.Advance(Long);

        (await Should.ThrowAsync<JobException>(run)).Message.ShouldBe(NotOwner);
        if (!isLeft)
        {
            await telling;
        }

        _cluster.Stopped.Task.IsCompleted.ShouldBe(!isLeft, "the next coordinator of a job follows its attempts");
    }

    [Fact]
    public async Task Run_EndsBeforeItsTime_IsNotBegunAgain()
    {
        var only = new TaskCompletionSource<WorkResult>();
        var run = await BeginLongAsync(_ => only.Task);
        _time.Advance(Long - TimeSpan.FromSeconds(1));

        only.SetResult(Result);
        await run;

        _time.Advance(2 * Long);
        _started.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Run_FirstOfItsKind_IsBegunOnceHoweverLongItTakes()
    {
        var (first, begun) = (new TaskCompletionSource<WorkResult>(), new TaskCompletionSource());
        _cluster.Work = (_, _) =>
        {
            begun.SetResult();
            return first.Task;
        };
        var run = RunAsync(0);
        await begun.Task;
        _time.Advance(100 * Long);

        first.SetResult(Result);
        await run;

        _started.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Run_TheFirstHasEndedAndItsAnswerWasLost_IsNotMeasuredAgain()
    {
        var first = new TaskCompletionSource<WorkResult>();
        var run = await BeginLongAsync(_ => first.Task, static node => node == "node-1");
        first.SetResult(Result);

        _time.Advance(Long);

        (await run).Ended.ShouldNotBeNull().Result.ShouldNotBeNull().Value<WorkResult>().ShouldBeEquivalentTo(Result);
        _started.ShouldBe([(1, "node-1")]);
        _cluster.Begun.Count.ShouldBe(4, "three came before it");
        _cluster.Stopped.Task.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Run_TheCallThatBeginsItIsLost_IsBegunByAnother()
    {
        _cluster.Work = static (_, _) => Task.FromResult(Result);
        var calls = 0;
        _cluster.LosesBegin = () => Interlocked.Increment(ref calls) == 1;
        var waits = _time.ArmedAsync(Options.LongestWait + Options.CallMargin);
        var run = RunAsync(Numbered(3, 1) with { Second = null });
        await waits;
        var pauses = _time.ArmedAsync(TimeSpan.FromMilliseconds(200));
        _time.Advance(Options.LongestWait + Options.CallMargin);
        await pauses;

        _time.Advance(TimeSpan.FromMilliseconds(200));

        (await run).Ended.ShouldNotBeNull().Failure.ShouldBeNull();
        _started.ShouldBe([(1, "node-1")]);
        calls.ShouldBe(2);
    }

    [Theory]
    [InlineData(true, "node-7", 1)]
    [InlineData(false, "node-1", 2)]
    public async Task Run_AnEarlierAttemptMayHaveEnded_IsMeasuredOnlyWhereItDidNot(bool hasResult, string node, int begun)
    {
        _cluster.Work = static (_, _) => Task.FromResult(Result);
        var job = TestSilo.Entry(Networks.Easy).Id;
        _cluster.Begun[Assignment.KeyOf("node-7", job, Item.Id, "g0")] =
            Task.FromResult(CandidateReply.Of(hasResult ? Result : new FailedResult(FailureKind.Unavailable, "It was stopped.")));

        var (ended, _) = await RunAsync(Numbered(3, 3) with { Earlier = ("node-7", "cpu:1", "g0") });

        ended.ShouldNotBeNull().Result.ShouldNotBeNull().Value<WorkResult>().ShouldBeEquivalentTo(Result);
        _started.ShouldBe([(3, node)]);
        _cluster.Begun.Count.ShouldBe(begun);
    }

    // Three of its kind come first, so that it is known how long they take; then this one, of which the time that counts as long has begun.
    private async Task<Task<(CandidateReply? Ended, FailedResult? Failure)>> BeginLongAsync(
        Func<string, Task<WorkResult>> work, Func<string, bool>? isAnswerLost = null)
    {
        _cluster.Work = static (_, _) => Task.FromResult(Result);
        for (var i = 0; i < 3; i++)
        {
            await RunAsync(i);
        }

        _started.Clear();
        _cluster.Work = (node, sequence) => sequence == 9 ? Task.FromResult(Result) : work(node);
        _cluster.IsAnswerLost = isAnswerLost ?? _cluster.IsAnswerLost;
        var waits = _time.ArmedAsync(Long);
        var run = RunAsync(3);
        await waits;
        return run;
    }

    private Task<(CandidateReply? Ended, FailedResult? Failure)> RunAsync(int sequence) => RunAsync(Numbered(sequence, 1));

    private Task<(CandidateReply? Ended, FailedResult? Failure)> RunAsync(Attempt attempt) => _attempts.RunAsync(
        attempt,
        Item,
        begun: null,
        TestContext.Current.CancellationToken);

    private Attempt Numbered(int sequence, int number) => new(sequence, number, Alone: false, (node, _, _) =>
    {
        _started.Enqueue((number, node));
        return number == _refused ? throw new JobException(NotOwner) : Task.CompletedTask;
    })
    {
        Second = () => Numbered(sequence, number + 1),
    };
}
