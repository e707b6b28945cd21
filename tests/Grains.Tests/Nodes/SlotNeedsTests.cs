namespace Cluster.Grains.Tests.Nodes;

public sealed class SlotNeedsTests
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(2);

    private readonly NodeDirectory _directory = new(new ManualTime(), new GrainOptions());

    private static SlotNeeds OnCpu { get; } = new() { Host = FakeSlots.Processors, Target = "onnxruntime-cpu" };

    private static SlotNeeds OnGpu { get; } =
        new() { Host = FakeSlots.Processors, Target = "libtorch-cuda", Device = FakeSlots.Gpu, PrefersOwnDevice = true };

    private static SlotNeeds Simulation { get; } = new() { Host = FakeSlots.Processors };

    [Fact]
    public async Task Acquire_Target_GetsOnlySlotsOfTarget()
    {
        _directory.Announce(FakeSlots.Node("a", FakeSlots.Cpu(0), FakeSlots.Cuda(0)));

        (await GetAsync(OnGpu)).Device.ShouldBe("cuda:0");
        (await GetAsync(OnCpu)).Device.ShouldBe("cpu:0");
        AcquireAsync(Request(OnCpu)).IsCompleted.ShouldBeFalse("both are taken");
    }

    [Fact]
    public async Task Acquire_ASimulation_TakesTheProcessorsFirstAndThenTheGpusHost()
    {
        _directory.Announce(FakeSlots.Node("a", FakeSlots.Cuda(0), FakeSlots.Cpu(0)));

        (await GetAsync(Simulation)).Device.ShouldBe("cpu:0");
        (await GetAsync(Simulation)).Device.ShouldBe("cuda:0");
    }

    [Fact]
    public async Task Acquire_ASimulation_LeavesAGpuAloneWhereAnotherNodesProcessorsAreFree()
    {
        _directory.Announce(FakeSlots.Node("a", FakeSlots.Cuda(0)) with { Holds = ["model"] });
        _directory.Announce(FakeSlots.Node("b", FakeSlots.Cpu(0)));

        (await AcquireAsync(Request(Simulation) with { Affinity = "model" })).ShouldNotBeNull().Node.ShouldBe("b");
    }

    [Fact]
    public async Task Acquire_Learning_TakesTheGpuFirst()
    {
        _directory.Announce(FakeSlots.Node("a", FakeSlots.Cpu(0), FakeSlots.Cpu(1)));
        _directory.Announce(FakeSlots.Node("b", FakeSlots.Cpu(0), FakeSlots.Cuda(0)));

        (await GetAsync(Simulation with { PrefersOwnDevice = true })).Device.ShouldBe("cuda:0");
    }

    // What is learned for the processors is timed beside the GPU that it was learned on: on those of the job's class only.
    [Fact]
    public void Acquire_LearningForTheProcessors_WaitsWhereAGpuStandsBesideOthers()
    {
        _directory.Announce(FakeSlots.Node("a", FakeSlots.Cuda(0) with { Host = "avx2" }));

        AcquireAsync(Request(Simulation with { PrefersOwnDevice = true })).IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Acquire_AKindOfMachine_TakesItOnAnyProcessors()
    {
        _directory.Announce(FakeSlots.Node("a", FakeSlots.Cpu(0)));
        _directory.Announce(FakeSlots.Node("b", FakeSlots.Cpu(0) with { DeviceClass = "edge-box", Host = "avx2" }));

        var edge = OnCpu with { Host = string.Empty, Device = "edge-box" };
        (await AcquireAsync(Request(edge))).ShouldNotBeNull().Node.ShouldBe("b");
        AcquireAsync(Request(edge)).IsCompleted.ShouldBeFalse("the other node is of another kind");
    }

    [Fact]
    public async Task Acquire_ASlotWhoseDeviceFailedTheWork_IsTakenLast()
    {
        _directory.Announce(FakeSlots.Node("a", FakeSlots.Cuda(0), FakeSlots.Cuda(1)));
        var request = Request(OnGpu) with { Avoided = ["a/cuda:0"] };

        (await AcquireAsync(request)).ShouldNotBeNull().Device.ShouldBe("cuda:1");
        (await AcquireAsync(request)).ShouldNotBeNull().Device.ShouldBe("cuda:0", "there is no other");
    }

    [Fact]
    public async Task Acquire_NodeFailedNetworkBefore_IsTakenLast()
    {
        _directory.Announce(FakeSlots.Node("a", FakeSlots.Cpu(0), FakeSlots.Cpu(1)));
        _directory.Announce(FakeSlots.Node("b", FakeSlots.Cpu(0)));
        var request = Request(OnCpu) with { Avoided = ["a"] };

        (await AcquireAsync(request)).ShouldNotBeNull().Node.ShouldBe("b");
        (await AcquireAsync(request)).ShouldNotBeNull().Node.ShouldBe("a", "there is no other");
    }

    [Theory]
    [InlineData("host", "1 with other processors (avx512-vnni where the job was made for avx2)")]
    [InlineData("target", "1 without a slot for libtorch-npu")]
    [InlineData("device", "1 of another kind (Play 9, compute 9.0, driver 580.65, CUDA 12.6 where the job asks for Play 8)")]
    [InlineData("format", "1 whose device has no float16")]
    [InlineData("memory", "1 whose device has 8.0 GiB where the job takes 9.5 GiB")]
    public void Explain_NoSlotFits_DescribesClosest(string lacking, string explained)
    {
        _directory.Announce(FakeSlots.Node("a", FakeSlots.Cpu(0), FakeSlots.Cuda(0)));
        var request = Request(lacking switch
        {
            "host" => OnGpu with { Host = "avx2" },
            "target" => OnGpu with { Target = "libtorch-npu" },
            "device" => OnGpu with { Device = "Play 8" },
            "format" => OnGpu with { Formats = ["float32", "float16"] },
            _ => OnGpu with { MemoryBytes = (19L << 30) / 2 },
        });

        AcquireAsync(request).IsCompleted.ShouldBeFalse();
        _directory.Explain(request).ShouldBe($"Of 1 node, {explained}.");
    }

    private static SlotRequest Request(SlotNeeds needs) =>
        new("job", string.Empty, Alone: false, Needs: needs);

    private async Task<SlotGrant> GetAsync(SlotNeeds needs) =>
        (await AcquireAsync(Request(needs))).ShouldNotBeNull();

    private Task<SlotGrant?> AcquireAsync(SlotRequest request) =>
        _directory.AcquireAsync(request, Wait, TestContext.Current.CancellationToken);
}
