namespace Cluster.Grains.Tests.Jobs;

/// <summary>Whole jobs on slots that say they are GPUs.</summary>
public sealed class GpuSlotTests : IDisposable
{
    private const string Fault = "CUDA error: an illegal memory access was encountered";
    private readonly WorkFolder _folder = new();

    private static GrainOptions Quick { get; } = TestSilo.Quick with
    {
        LongestWait = TimeSpan.FromMilliseconds(200),
        ExplainedAfter = TimeSpan.FromMilliseconds(300),
    };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task JobForTheProcessor_FilesAreMeasuredOnProcessorsAndLearnedOnGpus()
    {
        var network = FakeSlots.Job(Networks.Sensitive, "onnxruntime-cpu");
        var node = Node(network, FakeSlots.Cuda(0), FakeSlots.Cpu(0));

        var events = await RunAsync(node, network);

        events[^1].ShouldBeOfType<JobCompleted>();
        On(node, WorkPlace.Target).ShouldBe(["cpu:0"]);
        On(node, WorkPlace.Learning).ShouldBe(["cuda:0"]);
        node.Given.ShouldContain(given => given.Item is LatencyItem);
    }

    [Fact]
    public async Task JobForAGpu_TimesAndCountsAreOfItsClassOnly()
    {
        var network = FakeSlots.Job(Networks.Sensitive, "libtorch-cuda", FakeSlots.Gpu);
        var other = FakeSlots.Cuda(1) with { DeviceClass = "Play 8, compute 8.0, driver 580.65, CUDA 12.6" };
        var node = Node(network, FakeSlots.Cpu(0), other, FakeSlots.Cuda(0));

        var events = await RunAsync(node, network);

        events[^1].ShouldBeOfType<JobCompleted>();
        On(node, WorkPlace.Target).ShouldBe(["cuda:0"]);
        On(node, WorkPlace.Glance).ShouldBeSubsetOf(["cuda:0"]);
        On(node, WorkPlace.Learning).ShouldBe(["cuda:0"]);
        node.Given.First(given => given.Item.Place == WorkPlace.Simulation).Device.ShouldBe("cpu:0", "the sweep leaves GPUs to others");
    }

    [Fact]
    public async Task Device_FailsEverything_IsExcludedWithoutFailedCandidates()
    {
        var network = FakeSlots.Job(Networks.Easy, "libtorch-cuda", FakeSlots.Gpu);
        var node = Node(network, [FakeSlots.Cuda(0), FakeSlots.Cuda(1), FakeSlots.Cpu(0)], (device, _) =>
            device == "cuda:0" ? new FailedResult(FailureKind.DeviceError, Fault) : null);
        await using var silo = await TestSilo.StartAsync(
            _folder.Root, node, options: Quick with { FirstExclusion = TimeSpan.FromHours(1), LongestExclusion = TimeSpan.FromHours(1) });

        await silo.CreateAsync(TestSilo.Entry(network));
        var events = (await silo.ReadAsync("j-1")).Select(record => record.Event).ToArray();

        events[^1].ShouldBeOfType<JobCompleted>();
        events.ShouldNotContain(e => e is ItemFailed);
        var slots = events.OfType<AttemptStarted>().ToDictionary(e => (e.Sequence, e.Attempt), e => e.Slot);

        // On a busy machine a slot may be given anew before its node has freed it, and is then refused.
        var failed = events.OfType<AttemptFailed>().Where(e => !e.Failure.Reason.Contains("works on something else")).ToArray();
        failed.ShouldNotBeEmpty();
        failed.Select(e => (slots[(e.Sequence, e.Attempt)], e.Failure.Kind)).Distinct().ShouldBe([("cuda:0", FailureKind.DeviceError)]);
        var status = await (await silo.NodeAsync()).CordonAsync(isCordoned: false);
        status.Slots[0].Problem.ShouldBe(Fault);
        status.Slots.Select(slot => slot.IsExcluded).ShouldBe([true, false, false]);
    }

    private static SyntheticNode Node(SyntheticNetwork network, params SlotStatus[] slots) => Node(network, slots, null);

    private static SyntheticNode Node(SyntheticNetwork network, SlotStatus[] slots, Func<string, WorkItem, WorkResult?>? onDevice) =>
        new(network, slots.Length) { Slots = slots, OnDevice = onDevice };

    private static IEnumerable<string> On(SyntheticNode node, WorkPlace place) =>
        node.Given.Where(given => given.Item.Place == place).Select(given => given.Device).Distinct(StringComparer.Ordinal);

    private async Task<JournalEvent[]> RunAsync(SyntheticNode node, SyntheticNetwork network)
    {
        await using var silo = await TestSilo.StartAsync(_folder.Root, node, options: Quick);
        await silo.CreateAsync(TestSilo.Entry(network));
        return [.. (await silo.ReadAsync("j-1")).Select(record => record.Event)];
    }
}
