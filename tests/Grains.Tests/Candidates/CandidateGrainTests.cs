using Cluster.Grains.Candidates;

namespace Cluster.Grains.Tests.Candidates;

public sealed class CandidateGrainTests : IDisposable
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(20);
    private readonly WorkFolder _folder = new();
    private readonly TaskCompletionSource _go = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _runs;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Begin_Twice_AwaitsSameWorkAndResult()
    {
        await using var silo = await StartAsync();
        var assignment = Assignment("node-1", "grant");
        var candidate = silo.Candidate(assignment);

        (await candidate.BeginAsync(assignment, Item, Short, Token)).Phase.ShouldBe(CandidatePhase.Running);
        (await candidate.BeginAsync(assignment, Item, Short, Token)).Phase.ShouldBe(CandidatePhase.Running);
        _go.SetResult();

        (await EndAsync(candidate)).Result.ShouldNotBeNull().Value<WorkResult>().ShouldBeOfType<FailedResult>();
        (await EndAsync(candidate)).Result.ShouldNotBeNull("it is told again");
        _runs.ShouldBe(1);
    }

    [Fact]
    public async Task Forget_DurableResult_KeepsRunningWork()
    {
        await using var silo = await StartAsync();
        var assignment = Assignment("node-1", "grant");
        var candidate = silo.Candidate(assignment);
        await candidate.BeginAsync(assignment, Item, Short, Token);

        await (await silo.NodeAsync()).ForgetAsync([assignment.Key]);
        (await candidate.WaitAsync(Short, Token)).Phase.ShouldBe(CandidatePhase.Running);
        _go.SetResult();
        await EndAsync(candidate);
        await (await silo.NodeAsync()).ForgetAsync([assignment.Key]);

        (await candidate.WaitAsync(Short, Token)).Phase.ShouldBe(CandidatePhase.Unknown);
    }

    [Fact]
    public async Task Begin_CallAfterDurableResult_DoesNotMeasureAgain()
    {
        _go.SetResult();
        await using var silo = await StartAsync();
        var assignment = Assignment("node-1", "grant");
        var candidate = silo.Candidate(assignment);
        await candidate.BeginAsync(assignment, Item, Short, Token);
        await EndAsync(candidate);
        await (await silo.NodeAsync()).ForgetAsync([assignment.Key]);

        (await candidate.BeginAsync(assignment, Item, Short, Token)).Phase.ShouldBe(CandidatePhase.Refused);
        _runs.ShouldBe(1);

        var anew = Assignment("node-1", "another grant");
        await silo.Candidate(anew).BeginAsync(anew, Item, Short, Token);
        await EndAsync(silo.Candidate(anew));
        _runs.ShouldBe(2);
    }

    [Fact]
    public async Task Sweep_ResultThatWasToldLongAgo_IsKeptUntilItIsDurable()
    {
        var time = new ManualTime();
        var node = new LocalNode(new SyntheticNode(Networks.Easy, 1), TestSilo.Quick, time);
        using var store = Cluster.Storage.Files.FileJobStore.Open(_folder.Root);
        await store.AddAsync(TestSilo.Entry(Networks.Easy), TestContext.Current.CancellationToken);
        var work = new LocalWork(
            new SyntheticNode(Networks.Easy, 1),
            node,
            new JobEntries(store),
            store,
            NoGrains.Create(),
            TestSilo.Quick with { MostResults = 1 },
            time,
            NullLogger<LocalWork>.Instance);
        var assignment = Assignment("node-1", "grant");
        work.Begin(assignment, Item.Value<WorkItem>(), out var attempt).ShouldBeNull();
        await attempt.ShouldNotBeNull().Work;
        await attempt.WaitAsync(TimeSpan.Zero, Token);

        time.Advance(TimeSpan.FromHours(1));
        work.Sweep();
        work.Find(assignment.Key).ShouldBe(attempt);
        (await attempt.WaitAsync(TimeSpan.Zero, Token)).Phase.ShouldBe(CandidatePhase.Ended);

        time.Advance(TimeSpan.FromHours(7));
        work.Sweep();
        work.Find(assignment.Key).ShouldBeNull();
        attempt.Dropped.IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public async Task Wait_NeverBegun_IsUnknownAndAnotherNodeIsNotFound()
    {
        await using var silo = await StartAsync();
        (await silo.FindNodeAsync("node-0")).ShouldBeNull();

        (await silo.Candidate(Assignment("node-1", "grant")).WaitAsync(Short, Token)).Phase.ShouldBe(CandidatePhase.Unknown);
        await Should.ThrowAsync<OrleansException>(() => silo.Candidate(Assignment("node-0", "grant")).WaitAsync(Short, Token));
    }

    [Fact]
    public async Task Begin_OnATakenSlot_IsRefused()
    {
        await using var silo = await StartAsync();
        var first = Assignment("node-1", "grant");
        await silo.Candidate(first).BeginAsync(first, Item, Short, Token);
        var second = Assignment("node-1", "another");

        (await silo.Candidate(second).BeginAsync(second, Item, Short, Token)).Phase.ShouldBe(CandidatePhase.Refused);
        _go.SetResult();
    }

    [Fact]
    public async Task Begin_LeaseNotRenewed_IsStoppedAtLeaseEnd()
    {
        await using var silo = await StartAsync(TestSilo.Quick with { Lease = TimeSpan.FromMilliseconds(200) });
        var assignment = Assignment("node-1", "grant");
        var candidate = silo.Candidate(assignment);
        await candidate.BeginAsync(assignment, Item, Short, Token);

        // Whoever asked before would renew the lease.
        await _stopped.Task.WaitAsync(TestContext.Current.CancellationToken);
        (await EndAsync(candidate))
            .Result.ShouldNotBeNull()
            .Value<WorkResult>()
            .ShouldBeOfType<FailedResult>()
            .Kind.ShouldBe(FailureKind.Unavailable);
        (await (await silo.NodeAsync()).CordonAsync(isCordoned: false)).Slots[0].Grant.ShouldBeNull();
        _runs.ShouldBe(1);
    }

    [Fact]
    public async Task Stop_WorkOfEveryKind_EndsItAndFreesItsSlot()
    {
        await using var silo = await StartAsync();
        var plan = Plan.Uniform(GroupFormat.Int8, "t", ["a"], "max", biasCorrection: true);
        Carried[] kinds =
            [
                Item,
                Carried.Of<WorkItem>(new FineTuneItem("context", plan, 1)),
                Carried.Of<WorkItem>(new ReconstructItem("context", plan, ReconstructionStep.QDrop, 1))
            ];

        for (int kind = 0; kind < kinds.Length; kind++)
        {
            var assignment = Assignment("node-1", $"grant {kind}") with { Sequence = kind };
            var work = silo.Candidate(assignment);
            (await work.BeginAsync(assignment, kinds[kind], Short, Token)).Phase.ShouldBe(CandidatePhase.Running);

            await work.StopAsync();

            (await EndAsync(work)).FailedResult().ShouldNotBeNull().Kind.ShouldBe(FailureKind.Unavailable);

            // Nothing that a node waits for when it leaves.
            (await (await silo.NodeAsync()).KeptAsync(assignment.Job)).ShouldBeEmpty();
        }

        _runs.ShouldBe(kinds.Length);
    }

    [Fact]
    public async Task Publish_ThatIsStopped_IsAFailureOfThePublication()
    {
        var node = new SyntheticNode(Networks.Easy, 1) { Publish = HeldAsync };
        await using var silo = await StartAsync(node, null, null);
        var assignment = Assignment("node-1", "grant") with { Sequence = -1 };
        var work = silo.Candidate(assignment);
        (await work.BeginAsync(assignment, Carried.Of<WorkItem>(new PublishItem("job")), Short, Token))
            .Phase.ShouldBe(CandidatePhase.Running);

        await work.StopAsync();

        (await EndAsync(work)).Result.ShouldNotBeNull().Value<WorkResult>()
            .ShouldBeOfType<FailedResult>().Kind.ShouldBe(FailureKind.Unavailable);
        (await (await silo.NodeAsync()).CordonAsync(isCordoned: false)).Slots[0].Grant.ShouldBeNull();

        static async Task<WorkResult> HeldAsync(CancellationToken stop)
        {
            await Task.Delay(Timeout.Infinite, stop);
            return new PublishedResult([]);
        }
    }

    [Fact]
    public async Task Begin_FailingWork_IsLoggedWithAttempt()
    {
        using var log = new ScopeLog();
        var node = new SyntheticNode(Networks.Easy, 1, (_, _) => throw new InvalidOperationException("broken"));
        await using var silo = await StartAsync(node, null, log);
        var assignment = Assignment("node-1", "grant") with { Attempt = 3 };

        var candidate = silo.Candidate(assignment);
        await candidate.BeginAsync(assignment, Item, TimeSpan.FromSeconds(5), Token);

        (await candidate.WaitAsync(TimeSpan.FromSeconds(5), Token)).Problem.ShouldBe("broken");
        log.Lines.Single(line => line.Event.Id == 1201).Scope["attempt"].ShouldBe(3);
    }

    private static Carried Item => Carried.Of<WorkItem>(new SensitivityItem("context", "mse", 10));

    private static async Task<CandidateReply> EndAsync(ICandidateGrain candidate)
    {
        while (true)
        {
            var reply = await candidate.WaitAsync(TimeSpan.FromSeconds(1), Token);
            if (reply.Phase != CandidatePhase.Running)
            {
                reply.Phase.ShouldBe(CandidatePhase.Ended);
                return reply;
            }
        }
    }

    private static Assignment Assignment(string node, string grant) =>
        new("j-1", Item.Value<WorkItem>().Id, new SlotGrant(grant, node, 0, "cpu:0"), 0);

    private Task<TestSilo> StartAsync(Cluster.Grains.Ports.GrainOptions? options = null)
    {
        var node = new SyntheticNode(Networks.Easy, 1, async (_, stop) =>
        {
            Interlocked.Increment(ref _runs);
            try
            {
                await _go.Task.WaitAsync(stop);
                return new FailedResult(FailureKind.NotFinite, "told so");
            }
            finally
            {
                _stopped.TrySetResult();
            }
        });
        return StartAsync(node, options, null);
    }

    private async Task<TestSilo> StartAsync(SyntheticNode node, Cluster.Grains.Ports.GrainOptions? options, ScopeLog? log)
    {
        var silo = await TestSilo.StartAsync(_folder.Root, node, options: options, log: log);
        await silo.Store.AddAsync(
            TestSilo.Entry(Networks.Easy) with { Status = Coordinator.Model.JobStatus.Succeeded }, TestContext.Current.CancellationToken);
        return silo;
    }
}
