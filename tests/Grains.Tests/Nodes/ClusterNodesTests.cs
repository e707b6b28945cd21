namespace Cluster.Grains.Tests.Nodes;

/// <summary>Files are read by nodes for servers that have none.</summary>
public sealed class ClusterNodesTests : IDisposable
{
    private static readonly JobEntry Job = TestSilo.Entry(Networks.Easy) with { Status = JobStatus.Preparing };
    private readonly WorkFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task CheckAsync_LongerThanACall_IsWaitedFor()
    {
        var asked = 0;
        var slow = TestSilo.Quick with { LongestWait = TimeSpan.FromMilliseconds(20), CallMargin = TimeSpan.FromMinutes(1) };
        var begun = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        var node = new SyntheticNode(Networks.Easy, 1)
        {
            Prepare = async (job, stop) =>
            {
                Interlocked.Increment(ref asked);
                begun.TrySetResult();
                await release.Task.WaitAsync(stop);
                return new RefusedResult(JobFault.Model, "model", job.Inputs.Model);
            },
        };
        await using var silo = await TestSilo.StartAsync(_folder.Root, node, options: slow);

        // Longest wait of a call: the answer comes after many of them.
        var reading = new ClusterNodes(silo.Grains, slow, TimeProvider.System).CheckAsync(Job, null, Token);
        await Task.WhenAny(begun.Task, reading);
        reading.IsCompleted.ShouldBeFalse();
        release.SetResult();

        (await reading).ShouldBeOfType<RefusedResult>().Message.ShouldBe(Job.Inputs.Model);
        asked.ShouldBe(1);
    }

    [Fact]
    public async Task CheckAsync_FailingNode_IsRetryable()
    {
        var node = new SyntheticNode(Networks.Easy, 1) { Prepare = (_, _) => throw new IOException("the disk is away") };
        await using var silo = await TestSilo.StartAsync(_folder.Root, node);

        (await Should.ThrowAsync<GrainProblemException>(() => Nodes(silo).CheckAsync(Job, null, Token)))
            .Message.ShouldContain("the disk is away");
    }

    [Fact]
    public async Task CheckAsync_NoSuitableNode_NamesRequirement()
    {
        await using var silo = await TestSilo.StartAsync(_folder.Root, new SyntheticNode(Networks.Easy, 1));
        await Nodes(silo).CordonAsync("node-1", isCordoned: true);

        (await Should.ThrowAsync<GrainProblemException>(() => Nodes(silo).CheckAsync(Job, null, Token)))
            .Message.ShouldBe(
                "None of the cluster's 1 nodes takes work, and one is needed to read the job's files: start a silo with slots.");
    }

    [Fact]
    public async Task CheckAsync_TargetOfOneSlot_TakesThatSlot()
    {
        var node = Reading(new RefusedResult(JobFault.Model, "model", "It is no network."));
        node = new SyntheticNode(Networks.Easy, 3)
        {
            Prepare = node.Prepare,
            Slots = [.. node.Slots.Select((slot, i) => slot with { Targets = i == 2 ? ["special"] : slot.Targets })],
        };
        await using var silo = await TestSilo.StartAsync(_folder.Root, node);
        var job = Job with { Spec = Job.Spec with { Options = Job.Spec.Options with { Target = "special" } } };

        await Nodes(silo).CheckAsync(job, null, Token);

        node.Prepared.ShouldHaveSingleItem().ShouldBe("cpu:2");
    }

    [Fact]
    public async Task CheckAsync_MoreThanThereAreSlots_RunsNoTwoOnOne()
    {
        var node = Reading(new RefusedResult(JobFault.Model, "model", "It is no network."));
        await using var silo = await TestSilo.StartAsync(_folder.Root, node);

        await Task.WhenAll(Enumerable.Range(0, 9).Select(i => Nodes(silo).CheckAsync(Job with { Id = $"c-{i}" }, null, Token)));

        node.Prepared.Count.ShouldBe(9);
        node.Overlaps.ShouldBeEmpty();
    }

    [Fact]
    public async Task CheckAsync_CallerGone_IsStopped()
    {
        var begun = new TaskCompletionSource();
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var node = new SyntheticNode(Networks.Easy, 1)
        {
            Prepare = async (_, stop) =>
            {
                await using var end = stop.Register(stopped.SetResult);
                begun.SetResult();
                await stopped.Task;
                return new RefusedResult(JobFault.Request, string.Empty, "It was stopped.");
            },
        };
        await using var silo = await TestSilo.StartAsync(
            _folder.Root, node, options: TestSilo.Quick with { LongestWait = TimeSpan.FromMilliseconds(100) });
        using var given = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var check = Nodes(silo).CheckAsync(Job, null, given.Token);
        await begun.Task.WaitAsync(Token);

        await given.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(check);
        await stopped.Task.WaitAsync(Token);
    }

    private static SyntheticNode Reading(WorkResult result) => new(Networks.Easy, 3) { Prepare = (_, _) => Task.FromResult(result) };

    private static ClusterNodes Nodes(TestSilo silo) => new(silo.Grains, TestSilo.Quick, TimeProvider.System);
}
