namespace Cluster.Evaluation.Targets.OnnxRuntime;

/// <summary>
/// ONNX Runtime's providers for NVIDIA's GPUs. CUDA runs the processor's QDQ file; TensorRT runs one by its own rules, and CUDA runs the
/// remaining nodes. No node may fall back to the processor: such a file is refused.
/// </summary>
/// <param name="provider">"cuda" or "tensorrt"; in tests "cpu", so that everything except the provider is as on a GPU.</param>
internal sealed class OnnxRuntimeGpu(string name, string provider, bool byTensorRtRules, SlotDevice device) : ITarget
{
    private static readonly Dictionary<string, string> None = new(StringComparer.Ordinal);

    // FP32 means full FP32, not 10 bits of mantissa.
    private static readonly Dictionary<string, string> ExactCuda = new(StringComparer.Ordinal) { ["use_tf32"] = "0" };

    private static readonly Dictionary<string, string> NoProcessor = new(StringComparer.Ordinal)
    {
        ["session.disable_cpu_ep_fallback"] = "1",
    };

    // Before it asks a provider, ONNX Runtime (since 1.23.2) rounds float biases beside Q/DQ pairs to steps of the products, and moves
    // pairs: TensorRT is to get the file whose rules were checked (findings/float-bias-is-rounded.sh).
    private static readonly Dictionary<string, string> PairsAsWritten = new(NoProcessor, StringComparer.Ordinal)
    {
        ["session.disable_quant_qdq"] = "1",
    };

    public string Name => name;

    public string Runtime => $"onnxruntime {OrtRuntime.Version}, {provider}";

    public string Device => device.ToString();

    public bool UsesGpu => device.IsGpu;

    public string? DeviceClass => device.Class;

    public IGpuSensor? Sensor => device.Sensor;

    public bool IsInstalled => OrtProviders.Problem(provider) is null;

    public IReadOnlyList<GroupFormat> Formats =>
        [.. byTensorRtRules ? [GroupFormat.Int8] : PlanTranslator.UsualFormats, GroupFormat.Float16];

    public IReadOnlyList<GroupFormat> SearchedFormats { get; } = PlanTranslator.GpuFormats;

    // An engine takes minutes to build and is the same for the same file, GPU and versions, which its name contains.
    private static string Engines => UserCache.Folder("tensorrt");

    private int Number => SlotDevice.NumberOf(Device) ?? 0;

    public ITarget On(SlotDevice slot) => UsesGpu && slot.IsGpu ? new OnnxRuntimeGpu(name, provider, byTensorRtRules, slot) : this;

    public FileForm Form(CalibrationStatistics statistics, CodeStorage storage, LayerForm form, ImageBatches? samples) =>
        byTensorRtRules ? FormedFile.TensorRt(statistics) : FormedFile.Qdq(storage);

    public void RequireUsable()
    {
        if ((OrtProviders.Problem(provider) ?? ProviderProbe.Problem(provider, Number)) is { } refusal)
        {
            throw new JobException($"The target {name} cannot be measured on this machine: {refusal}");
        }
    }

    public IRuntimeNetwork Open(ModelFile file, int threads, string name)
    {
        if (provider != "tensorrt")
        {
            return new OrtDeviceNetwork(file, Options(threads));
        }

        Directory.CreateDirectory(Engines);
        return new OrtDeviceNetwork(file, Options(threads, hasHalves: HasHalves(OnnxReader.Read(file, name))));
    }

    // CUDA's profile has the moments at which the processor queued kernels; TensorRT's has one kernel for the whole network.
    public KernelTimes Profile(
        GroupedGraph graph, ModelFile file, int threads, IReadOnlyList<TensorData> inputs, CancellationToken cancellation) =>
        throw new InvalidPlanException(
            $"ONNX Runtime tells no times of single layers on {Device}: the search predicts latencies from whole networks.");

    public ParityReport Check(
        FloatNetwork float32, BuiltArtefact artefact, ImageBatches images, OutputKind outputs, CancellationToken cancellation)
    {
        using var opened = Open(artefact.File, threads: 1, "artefact");
        return ParityGate.CheckFile(
            float32, artefact.Network!, artefact.File, new HalvedBatches(opened).Run, images, outputs, cancellation);
    }

    /// <summary>The options of sessions.</summary>
    /// <param name="hasHalves">Whether the file has layers in FP16, which must be allowed in TensorRT.</param>
    internal OrtSessionOptions Options(int threads, bool hasHalves = false) => new()
    {
        Threads = threads,
        AllowSpinning = false,
        Provider = provider,
        DeviceId = Number,
        ConfigEntries = !UsesGpu ? None : byTensorRtRules ? PairsAsWritten : NoProcessor,
        ProviderOptions = provider switch
        {
            "cuda" => ExactCuda,
            "tensorrt" => TensorRtOptions(hasHalves),
            _ => None,
        },
        CudaOptions = ExactCuda,
    };

    private static bool HasHalves(ModelGraph file) =>
        file.Nodes.Any(node => node.OpType == "Cast" && node.GetInt("to", 0) == (long)ElementType.Float16);

    private static Dictionary<string, string> TensorRtOptions(bool hasHalves) => new(StringComparer.Ordinal)
    {
        ["trt_int8_enable"] = "1",
        ["trt_fp16_enable"] = hasHalves ? "1" : "0",
        ["trt_engine_cache_enable"] = "1",
        ["trt_engine_cache_path"] = Engines,
        ["trt_timing_cache_enable"] = "1",
        ["trt_timing_cache_path"] = Engines,
    };
}

/// <summary>A session on a provider's own device, shared by all runs: each session has its own copy there, or engine.</summary>
internal sealed class OrtDeviceNetwork(ModelFile file, OrtSessionOptions options) : IRuntimeNetwork
{
    private readonly OrtSession _session = LargeSession.Open(file, options);

    public void Run(IReadOnlyList<TensorData> inputs, Span<float> logits) => _session.Run(inputs, logits);

    public IReadOnlyList<(string Name, TensorData Value)> RunAll(IReadOnlyList<TensorData> inputs) => _session.RunAll(inputs);

    public ITimedRun Prepare(IReadOnlyList<TensorData> inputs) => new OrtTimedRun(_session.Bind(inputs));

    public void Dispose() => _session.Dispose();
}

/// <summary>Opens a session of one operator: the library also lists providers whose own libraries or GPU are missing.</summary>
internal static class ProviderProbe
{
    /// <summary>Why a provider cannot be used here, or null if it computes correctly.</summary>
    /// <param name="provider">"cpu", "cuda" or "tensorrt".</param>
    /// <param name="device">Number of the GPU.</param>
    public static string? Problem(string provider, int device = 0)
    {
        try
        {
            using var session = OrtSession.Open(
                OnnxWriter.Write(Tiny()), new OrtSessionOptions { Provider = provider, DeviceId = device, AllowSpinning = false });
            float[] output = new float[2];
            session.Run([TensorData.FromFloats([1, 2], [-1, 1])], output);
            return output is [0, 1] ? null : $"it computes Relu(-1, 1) = ({output[0]}, {output[1]})";
        }
        catch (KernelException failure)
        {
            // ONNX Runtime puts its source file before the reason.
            return failure.Message.Split(" : FAIL : ")[^1];
        }
    }

    private static ModelGraph Tiny() => new()
    {
        Name = "probe",
        Opset = 13,
        Inputs = [new ValueInfo("x", ElementType.Float, [1, 2])],
        Outputs = [new ValueInfo("y", ElementType.Float, [1, 2])],
        Nodes = [new GraphNode("relu", "Relu", ["x"], ["y"], new Dictionary<string, AttributeValue>(StringComparer.Ordinal))],
        Initializers = new Dictionary<string, TensorData>(StringComparer.Ordinal),
    };
}
