using Cluster.Coordinator.Model;
using Cluster.Kernels.Tensors;
using Cluster.Plans;

namespace Cluster.Silo.Tests.Hosting;

/// <summary>A host with a slot on the processors and one that says that it is a GPU.</summary>
public sealed class GpuSlotHostTests : IAsyncDisposable
{
    private const int Cpu = 0;
    private const int Gpu = 1;
    private const string Class = "Play 9, compute 9.0, driver 580.65, CUDA 12.6";

    private readonly WorkFolder _folder = new();
    private readonly SiloMetrics _metrics = new(TimeProvider.System);
    private readonly SlotHost _host;

    public GpuSlotHostTests()
    {
        var versions = new EvaluatorVersions("n", "r", "host");
        SlotStatus[] slots =
        [
            OfferedSlots.Of("cpu:0", SlotOffer.Of("cpu:0"), versions),
            OfferedSlots.Of("cuda:0", new SlotOffer(Class, ["libtorch-cuda"], 8L << 30, ["float16"]), versions),
        ];
        _host = new SlotHost("node", slots, versions, WorkerOf, _metrics, NullLogger<SlotHost>.Instance);

        InProcessWorker WorkerOf(SlotStatus slot) => new(
            Children.Folders(_folder),
            slot: slot.HasOwnDevice ? new SlotDevice(ComputeDevice.Cpu, isGpu: true, () => slot.DeviceClass, () => null) : null);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _metrics.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Slots_OfEachKind_SayWhatTheyAreAndRun()
    {
        var (cpu, gpu) = (_host.Slots[Cpu], _host.Slots[Gpu]);

        (cpu.DeviceClass, cpu.Host, cpu.HasOwnDevice).ShouldBe(("host", "host", false));
        cpu.Targets.ShouldBe(["onnxruntime-cpu"]);
        (gpu.DeviceClass, gpu.Host, gpu.HasOwnDevice, gpu.MemoryBytes).ShouldBe((Class, "host", true, 8L << 30));
        gpu.Lacks.ShouldBe(["float16"]);
    }

    [Fact]
    public void Slots_OfANamedMachine_AreOfThatKindAndOfItsProcessors()
    {
        var slot = OfferedSlots.Of("cpu:0", SlotOffer.Of("cpu:0"), new EvaluatorVersions("n", "r", "host"), "edge-box");

        (slot.DeviceClass, slot.Host).ShouldBe(("edge-box", "host"));
    }

    [Fact]
    public async Task JobForTheGpu_ItsFilesRunOnItsClassOnlyAndSimulationsAnywhere()
    {
        var job = await JobAsync("libtorch-cuda");
        job.Spec.Versions.Device.ShouldBe(Class, "its counts and times are of this class");
        var processors = await JobAsync("libtorch-cpu");
        processors.Spec.Versions.Device.ShouldBeNull();
        var sweep = new SensitivityItem(job.Spec.AccuracyContext, "max", 8);

        var counted = (await _host.ExecuteAsync(Gpu, job, Accuracy(job), Cancellation)).ShouldBeOfType<AccuracyResult>();
        var elsewhere = (await _host.ExecuteAsync(Cpu, job, Accuracy(job), Cancellation)).ShouldBeOfType<FailedResult>();
        var twin = (await _host.ExecuteAsync(Cpu, processors, Accuracy(processors), Cancellation)).ShouldBeOfType<AccuracyResult>();

        elsewhere.Kind.ShouldBe(FailureKind.Unavailable, "it says nothing about the plan");
        elsewhere.Reason.ShouldContain($"computes on the processors where the job was made for {Class}");
        (counted.Correct, counted.Total).ShouldBe((twin.Correct, twin.Total));
        Results.Text(await _host.ExecuteAsync(Cpu, job, sweep, Cancellation)).ShouldBe(
            Results.Text(await _host.ExecuteAsync(Gpu, job, sweep, Cancellation)));
        var timed = (await _host.ExecuteAsync(Gpu, job, new LatencyItem(job.Spec.LatencyContext, Int8(job)), Cancellation))
            .ShouldBeOfType<LatencyResult>();
        timed.Device.ShouldBe("cpu");
    }

    [Fact]
    public async Task JobForTheProcessors_GlancesAndLearningMayRunBesideTheGpu()
    {
        var job = await JobAsync("libtorch-cpu");
        var glance = new AccuracyItem(job.Spec.AccuracyContext, Int8(job), ImageScope.Subset(8, 3));
        var learning = new ReconstructItem(job.Spec.ReconstructionContext, Int8(job), ReconstructionStep.AdaRound, 20);

        Results.Text(await _host.ExecuteAsync(Gpu, job, glance, Cancellation)).ShouldBe(
            Results.Text(await _host.ExecuteAsync(Cpu, job, glance, Cancellation)));
        (await _host.ExecuteAsync(Gpu, job, learning, Cancellation)).ShouldBeOfType<ReconstructResult>().Accuracy.Total
            .ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task JobForATargetOfNoSlot_IsRefusedWithTheTargets()
    {
        var (inputs, options) = await TinyJob.StoreAsync(_folder);

        var job = Preparations.Unprepared(inputs, options with { Target = "libtorch-npu" });

        (await PrepareAsync(job)).ShouldBeOfType<RefusedResult>().Message
            .ShouldStartWith("The target is 'libtorch-npu' where one of onnxruntime-cpu, ");
    }

    private async Task<JobEntry> JobAsync(string target)
    {
        var (inputs, options) = await TinyJob.StoreAsync(_folder);
        var prepared = await PrepareAsync(Preparations.Unprepared(inputs, options with { Target = target }));
        return TinyJob.Entry(inputs, prepared.ShouldBeOfType<PreparedResult>());
    }

    // On the first slot that runs its target, if there is one.
    private Task<WorkResult> PrepareAsync(JobEntry job)
    {
        int slot = _host.Slots.TakeWhile(one => !one.Targets.Contains(job.Spec.Options.Target)).Count() % _host.Slots.Count;
        return _host.ExecuteAsync(slot, job, new PrepareItem(), [], Cancellation);
    }

    private static AccuracyItem Accuracy(JobEntry job) => new(job.Spec.AccuracyContext, Int8(job), ImageScope.Full);

    private static Plan Int8(JobEntry job) => Plan.Uniform(
        GroupFormat.Int8, job.Spec.Options.Target, [.. job.Space.Groups.Select(group => group.Name)], "max", biasCorrection: false);
}
