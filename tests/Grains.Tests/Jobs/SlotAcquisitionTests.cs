namespace Cluster.Grains.Tests.Jobs;

public sealed class SlotAcquisitionTests
{
    private static readonly GrainOptions Options = new();
    private readonly ManualTime _time = new();
    private readonly PlayedGrains.Played _cluster;
    private readonly SlotAcquisition _slots;

    public SlotAcquisitionTests()
    {
        (var factory, _, _cluster) = PlayedGrains.Create();
        _slots = new SlotAcquisition(
            TestSilo.Entry(Networks.Easy),
            factory,
            new GrainCalls(TimeSpan.FromHours(1), _time, NullLogger.Instance),
            Options,
            new JobGrainScope(),
            _time);
    }

    [Fact]
    public async Task Acquire_ManyAtOnce_AsksForFourAtATime()
    {
        var grants = new Queue<TaskCompletionSource<SlotGrant?>>();
        _cluster.Grant = () =>
        {
            var grant = new TaskCompletionSource<SlotGrant?>(TaskCreationOptions.RunContinuationsAsynchronously);
            grants.Enqueue(grant);
            return grant.Task;
        };
        var asked = Enumerable.Range(0, 10).Select(_ => AcquireAsync()).ToArray();
        grants.Count.ShouldBe(4);
        _ = AcquireAsync(new FineTuneItem("context", Plan.Baseline("synthetic", ["a"]), 1));
        grants.Count.ShouldBe(5, "other work is not held up");

        var given = new SlotGrant("g1", "node-1", 0, "cpu:0");
        var next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _cluster.Grant = () =>
        {
            next.SetResult();
            return new TaskCompletionSource<SlotGrant?>().Task;
        };
        grants.Peek().SetResult(given);

        (await asked[0]).ShouldBe(given);
        await next.Task;
        _cluster.Requests.Count.ShouldBe(6);
    }

    [Fact]
    public async Task Acquire_AfterAFailureToPrepare_PrefersAnotherNode()
    {
        _slots.Avoid(Attempt.Unrecorded.Sequence, "node-1");
        _slots.Avoid(Attempt.Unrecorded.Sequence, "node-2");

        var course = new AttemptCourse(_time, Attempt.Unrecorded.Sequence);
        await _slots.AcquireAsync(Attempt.Unrecorded, new PrepareItem(), course, TestContext.Current.CancellationToken);

        _cluster.Requests.ShouldHaveSingleItem().Avoided.ShouldBe(["node-1", "node-2"]);
        _slots.Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task Acquire_NoSlotForAWhile_OneAsksForAllAndWaitsLonger()
    {
        var questions = Channel.CreateUnbounded<TaskCompletionSource<SlotGrant?>>();
        _cluster.Grant = () =>
        {
            var question = new TaskCompletionSource<SlotGrant?>(TaskCreationOptions.RunContinuationsAsynchronously);
            questions.Writer.TryWrite(question).ShouldBeTrue();
            return question.Task;
        };
        var asked = Enumerable.Range(0, 4).Select(_ => AcquireAsync()).ToArray();
        var first = new List<TaskCompletionSource<SlotGrant?>>();
        for (var i = 0; i < 4; i++)
        {
            first.Add(await NextAsync());
        }

        _time.Advance(Options.LongestWait);
        first.ForEach(question => question.SetResult(null));
        var last = await NextAsync();
        for (var i = 0; i < 3; i++)
        {
            _time.Advance(3 * Options.LongestWait);
            last.SetResult(null);
            last = await NextAsync();
        }

        _cluster.Waits.Skip(4).ShouldBe(new[] { 1, 2, 3, 3 }.Select(times => times * Options.LongestWait));
        last.SetResult(new SlotGrant("g1", "node-1", 0, "cpu:0"));
        (await (await Task.WhenAny(asked))).Id.ShouldBe("g1");
        _ = await NextAsync();
        _cluster.Requests.Count.ShouldBe(9, "another one asks now");

        async Task<TaskCompletionSource<SlotGrant?>> NextAsync() => await questions.Reader.ReadAsync(TestContext.Current.CancellationToken);
    }

    private Task<SlotGrant> AcquireAsync(WorkItem? item = null) => _slots.AcquireAsync(
        Attempt.Unrecorded,
        item ?? new PrepareItem(),
        new AttemptCourse(TimeProvider.System, Attempt.Unrecorded.Sequence),
        TestContext.Current.CancellationToken);
}
