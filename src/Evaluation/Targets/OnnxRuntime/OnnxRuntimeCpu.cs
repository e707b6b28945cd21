namespace Cluster.Evaluation.Targets.OnnxRuntime;

/// <summary>ONNX Runtime's CPU provider: integer kernels between Q/DQ pairs.</summary>
internal sealed class OnnxRuntimeCpu : ITarget
{
    // A profile only suggests what to time and decides nothing: medians of a dozen runs are enough, and for a slow network those of a few.
    private const int WarmUpRuns = 3;
    private const int FewestRuns = 5;
    private const int LargestRuns = 25;
    private static readonly TimeSpan TimeCap = TimeSpan.FromSeconds(0.4);

    public string Name => "onnxruntime-cpu";

    public string Runtime => $"onnxruntime {OrtRuntime.Version}";

    public string Device => "cpu";

    // The format that is exact and fast on this processor comes first.
    public IReadOnlyList<GroupFormat> Formats { get; } =
    [
        .. PlanTranslator.UsualFormats.Prepend(ByteProducts.Saturate ? GroupFormat.Int8Safe : GroupFormat.Int8).Distinct(),
        GroupFormat.Dynamic,
        GroupFormat.Int4Block,
    ];

    public IReadOnlyList<GroupFormat> SearchedFormats => [Formats[0]];

    // A missing library is reported when it is opened.
    public void RequireUsable()
    {
    }

    public IRuntimeNetwork Open(ModelFile file, int threads, string name) => new OrtNetwork(file, threads);

    public KernelTimes Profile(
        GroupedGraph graph, ModelFile file, int threads, IReadOnlyList<TensorData> inputs, CancellationToken cancellation)
    {
        string prefix = Path.Combine(Path.GetTempPath(), $"cluster-profile-{Path.GetRandomFileName()}");
        using var session = LargeSession.Open(file, new OrtSessionOptions { Threads = threads, ProfilePrefix = prefix });
        long began = TimeProvider.System.GetTimestamp();
        using var binding = session.Bind(inputs);
        for (int run = 0; run < WarmUpRuns + LargestRuns; run++)
        {
            cancellation.ThrowIfCancellationRequested();
            binding.Run();
            if (run >= WarmUpRuns + FewestRuns - 1 && TimeProvider.System.GetElapsedTime(began) > TimeCap)
            {
                break;
            }
        }

        string profile = session.EndProfiling();
        try
        {
            return KernelTimes.Of(graph, OrtProfile.Read(profile, WarmUpRuns));
        }
        finally
        {
            File.Delete(profile);
        }
    }

    public ParityReport Check(
        FloatNetwork float32, BuiltArtefact artefact, ImageBatches images, OutputKind outputs, CancellationToken cancellation) =>
        ParityGate.Check(float32, artefact.Network!, artefact.File, images, Environment.ProcessorCount, cancellation, outputs);
}
