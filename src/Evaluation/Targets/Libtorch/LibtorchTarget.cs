using Cluster.Kernels.Execution.Files;

namespace Cluster.Evaluation.Targets.Libtorch;

/// <summary>
/// Runs the published file with our own executor on libtorch, <see cref="QuantizedModel"/>, as an application would deploy it. Both devices
/// share one implementation, so that a test on the processor covers what a GPU runs. Files are those of ONNX Runtime's CPU provider.
/// </summary>
internal sealed class LibtorchTarget(string name, SlotDevice device) : ITarget
{
    private const int WarmUpRuns = 3;
    private const int ProfiledRuns = 15;
    private static readonly TimeSpan TimeCap = TimeSpan.FromSeconds(1.5);

    public string Name => name;

    public string Runtime => $"libtorch {TorchSettings.Version}";

    public string Device => device.ToString();

    public bool UsesGpu => device.IsGpu;

    public string? DeviceClass => device.Class;

    public IGpuSensor? Sensor => device.Sensor;

    public IReadOnlyList<GroupFormat> Formats { get; } = [.. PlanTranslator.UsualFormats, GroupFormat.Float16];

    public IReadOnlyList<GroupFormat> SearchedFormats { get; } = device.IsGpu ? PlanTranslator.GpuFormats : [GroupFormat.Int8];

    public ITarget On(SlotDevice slot) => UsesGpu && slot.IsGpu ? new LibtorchTarget(name, slot) : this;

    public void RequireUsable()
    {
        if (device.Problem() is { } refusal)
        {
            throw new JobException($"The target {name} cannot be measured on this machine: {refusal}");
        }
    }

    public IRuntimeNetwork Open(ModelFile file, int threads, string name) =>
        new LibtorchNetwork(QuantizedModel.Load(file, name, device.Require()), threads);

    public KernelTimes Profile(
        GroupedGraph graph, ModelFile file, int threads, IReadOnlyList<TensorData> inputs, CancellationToken cancellation)
    {
        using var model = QuantizedModel.Load(file, "candidate", device.Require());
        using var own = new TorchThreads(threads);
        return KernelTimes.Of(graph, model.Profile(inputs, WarmUpRuns, ProfiledRuns, TimeCap, cancellation));
    }

    // File and simulation run the same kernels, so no code may differ; on a GPU, sums of FP32 layers are added in another order.
    public ParityReport Check(
        FloatNetwork float32, BuiltArtefact artefact, ImageBatches images, OutputKind outputs, CancellationToken cancellation)
    {
        var model = QuantizedModel.Load(artefact.File, "artefact", device.Require());
        using var opened = new LibtorchNetwork(model, threads: 1);
        return ParityGate.Check(
            float32, artefact.Network!, model, new HalvedBatches(opened).Run, images, outputs, cancellation);
    }
}
