namespace Cluster.Evaluation.Targets.OnnxRuntime;

/// <summary>ONNX Runtime's CPU provider: integer kernels between Q/DQ pairs.</summary>
/// <param name="agent">Another machine to time on; null: this one.</param>
/// <param name="isSlot">Whether a silo names the kind of machine that its slots stand for.</param>
internal sealed class OnnxRuntimeCpu(TimingAgent? agent, bool isSlot = false) : ITarget
{
    public TimingAgent? Agent => agent;

    public string Name => "onnxruntime-cpu";

    public string Runtime => agent is null ? $"onnxruntime {OrtRuntime.Version}" : $"{agent.Runtime} on {agent.Machine}";

    public string Device => "cpu";

    // A job that was timed elsewhere is another job.
    public string? DeviceClass => isSlot ? null : agent?.Machine;

    // The format that is exact and fast on this processor comes first.
    public IReadOnlyList<GroupFormat> Formats { get; } =
    [
        .. PlanTranslator.UsualFormats.Prepend(ByteProducts.Saturate ? GroupFormat.Int8Safe : GroupFormat.Int8).Distinct(),
        GroupFormat.Dynamic,
        GroupFormat.Int4Block,
        GroupFormat.Int8Weights,
    ];

    public IReadOnlyList<GroupFormat> SearchedFormats => [Formats[0]];

    public bool HasFastForms => true;

    public ITarget On(SlotDevice slot) => new OnnxRuntimeCpu(agent, isSlot: true);

    public FileForm Form(CalibrationStatistics statistics, CodeStorage storage, LayerForm form, ImageBatches? samples) =>
        form == LayerForm.Fast ? FormedFile.Fast(storage, samples) : FormedFile.Qdq(storage);

    // A missing library is reported when it is opened; an agent is started now.
    public void RequireUsable() => _ = agent?.Machine;

    public IRuntimeNetwork Open(ModelFile file, int threads, string name) => new OrtNetwork(file, threads);

    public KernelTimes Profile(
        GroupedGraph graph, ModelFile file, int threads, IReadOnlyList<TensorData> inputs, CancellationToken cancellation)
    {
        TorchSettings.ReleaseFreedMemory();
        return KernelTimes.Of(
            graph, agent?.Profile(file, threads, inputs, cancellation) ?? OrtProfile.Take(file, threads, inputs, cancellation));
    }

    public ParityReport Check(
        FloatNetwork float32, BuiltArtefact artefact, ImageBatches images, OutputKind outputs, CancellationToken cancellation) =>
        ParityGate.Check(float32, artefact.Network!, artefact.File, images, Environment.ProcessorCount, cancellation, outputs);
}
