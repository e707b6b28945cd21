using Cluster.Plans;

namespace Cluster.Grains.Tests.Nodes;

/// <summary>Files are read by nodes for servers that have none.</summary>
public sealed class ClusterNodesTests : IDisposable
{
    private static readonly JobEntry Job = TestSilo.Entry(Networks.Easy);
    private readonly WorkFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task PrepareAsync_LongerThanACall_IsWaitedFor()
    {
        var asked = 0;
        var slow = TestSilo.Quick with { LongestWait = TimeSpan.FromMilliseconds(20) };
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
        var reading = new ClusterNodes(silo.Grains, slow with { CallMargin = TimeSpan.FromMinutes(1) }, TimeProvider.System)
            .PrepareAsync(Job, Token);
        await Task.WhenAny(begun.Task, reading);
        reading.IsCompleted.ShouldBeFalse();
        release.SetResult();

        (await reading).ShouldBeOfType<RefusedResult>().Message.ShouldBe(Job.Inputs.Model);
        asked.ShouldBe(1);
    }

    [Fact]
    public async Task PrepareAsync_ANodeThatFails_IsAProblemToTryAgain()
    {
        var node = new SyntheticNode(Networks.Easy, 1) { Prepare = (_, _) => throw new IOException("the disk is away") };
        await using var silo = await TestSilo.StartAsync(_folder.Root, node);

        (await Should.ThrowAsync<GrainProblemException>(() => Nodes(silo).PrepareAsync(Job, Token)))
            .Message.ShouldContain("the disk is away");
    }

    [Fact]
    public void Choose_AmongNodes_TakesTheOneWithMostSlotsFree()
    {
        ClusterNodes.Choose([Node("a", ["g1"]), Node("b", [null]), Node("c", [null, null]) with { IsCordoned = true }], "t")
            .ShouldBe("b");
        ClusterNodes.Choose([Node("b", [null]), Node("a", [null])], "t").ShouldBe("a");
    }

    [Fact]
    public void Choose_ATargetThatOneNodeRuns_TakesThatNode()
    {
        var gpu = Node("b", ["g1"]);
        gpu = gpu with { Slots = [gpu.Slots[0] with { Targets = ["libtorch-cuda"] }] };

        ClusterNodes.Choose([Node("a", [null, null]), gpu], "libtorch-cuda").ShouldBe("b");
    }

    [Fact]
    public void Choose_WithoutANodeThatTakesWork_SaysWhatIsNeeded()
    {
        NodeStatus[] closed = [Node("a", []), Node("b", [null]) with { IsDraining = true }];

        Should.Throw<GrainProblemException>(() => ClusterNodes.Choose(closed, "t"))
            .Message.ShouldBe(
                "None of the cluster's 2 nodes takes work, and one is needed to read the job's files: start a silo with slots.");
    }

    [Fact]
    public async Task LocalPreparations_ReadingThatNobodyAsksAbout_IsStopped()
    {
        var time = new ManualTime();
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var node = new SyntheticNode(Networks.Easy, 1)
        {
            Prepare = async (_, stop) =>
            {
                await using var end = stop.Register(stopped.SetResult);
                await stopped.Task;
                return new RefusedResult(JobFault.Request, string.Empty, "It was stopped.");
            },
        };
        var readings = new LocalPreparations(node, TestSilo.Quick, time);
        (await readings.PrepareAsync("node-1|a", Job, TimeSpan.Zero, Token)).Phase.ShouldBe(CandidatePhase.Running);

        time.Advance(LocalPreparations.Patience - TimeSpan.FromSeconds(1));
        (await readings.PrepareAsync("node-1|a", Job, TimeSpan.Zero, Token)).Phase.ShouldBe(CandidatePhase.Running);
        time.Advance(LocalPreparations.Patience - TimeSpan.FromSeconds(1));
        stopped.Task.IsCompleted.ShouldBeFalse("it was asked about");
        time.Advance(TimeSpan.FromSeconds(2));

        await stopped.Task.WaitAsync(Token);
    }

    private static ClusterNodes Nodes(TestSilo silo) => new(silo.Grains, TestSilo.Quick, TimeProvider.System);

    private static NodeStatus Node(string id, string?[] grants) => new()
    {
        Id = id,
        Version = "1",
        StartedAt = DateTimeOffset.UnixEpoch,
        Slots = [.. grants.Select((grant, i) => new SlotStatus { Device = $"cpu:{i}", DeviceClass = "none", Grant = grant })],
    };
}
