using Cluster.Kernels.Execution.QdqExecution;
using static TorchSharp.torch;

namespace Cluster.Evaluation.Targets.Libtorch;

/// <summary>
/// Runs the published file with our own executor on libtorch, <see cref="QuantizedModel"/>, as an application would deploy it. A test
/// on the processor covers what a GPU runs. Files are those of ONNX Runtime's CPU provider.
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

/// <summary>A file loaded by our executor.</summary>
internal sealed class LibtorchNetwork(QuantizedModel model, int threads) : IRuntimeNetwork
{
    public void Run(IReadOnlyList<TensorData> inputs, Span<float> logits) => model.Run(inputs)[0].CopyTo(logits);

    public IReadOnlyList<(string Name, TensorData Value)> RunAll(IReadOnlyList<TensorData> inputs) =>
    [
        .. model.Outputs.Zip(
            model.Run(inputs),
            (output, values) => (output.Name, TensorData.FromFloats(
                [inputs[0].Shape[0], .. (model.TakesOneSample ? SampleTurns.BySample([.. output.Shape]) : output.Shape).Skip(1)], values))),
    ];

    public ITimedRun Prepare(IReadOnlyList<TensorData> inputs) => new WaitedRun(
        model, [.. SampleTurns.Turns([.. model.Inputs.Select(input => input.Shape)], inputs).Select(model.Place)], threads);

    public void Dispose() => model.Dispose();

    // The batch is on the device beforehand; the logits are fetched, which waits for them.
    private sealed class WaitedRun(QuantizedModel model, IReadOnlyList<IReadOnlyList<Tensor>> turns, int threads) : ITimedRun
    {
        private readonly TorchThreads _threads = new(threads);

        public void Run()
        {
            foreach (var inputs in turns)
            {
                model.Fetch(inputs);
            }
        }

        public void Dispose()
        {
            _threads.Dispose();
            foreach (var input in turns.SelectMany(inputs => inputs))
            {
                input.Dispose();
            }
        }
    }
}
