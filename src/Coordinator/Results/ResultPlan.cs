namespace Cluster.Coordinator.Results;

/// <summary>A plan with the measurements of its artefact.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="PlanDigest">Its identity.</param>
/// <param name="Accuracy">Accuracy on the evaluation set; absent if not measured.</param>
/// <param name="Latency">Latency; absent if not measured.</param>
/// <param name="SizeBytes">Size of the artefact; absent with the accuracy.</param>
/// <param name="Bops">Bit operations per image; absent with the accuracy.</param>
/// <param name="Artefact">The measured file; absent with the accuracy.</param>
public sealed record ResultPlan(
    Plan Plan,
    string PlanDigest,
    ResultAccuracy? Accuracy,
    ResultLatency? Latency,
    long? SizeBytes,
    long? Bops,
    ResultArtefact? Artefact);

/// <summary>Accuracy by the job's metric.</summary>
/// <param name="Correct">Right images; absent if the metric is a loss or the images have no labels, like the next but one.</param>
/// <param name="Total">Images.</param>
/// <param name="Top1">Their ratio; absent for another metric.</param>
/// <param name="Ci95">Their 95 % interval, Wilson's: low, high; for a loss that of <paramref name="Value"/>, by Student's t, with null for
/// an infinite end.</param>
/// <param name="Drop">Loss against FP32 on the same images; negative if it is better. A fraction of images, nats, noise over signal, or
/// squared error.</param>
/// <param name="DropCi95">95 % interval of that loss: low, high.</param>
/// <param name="Kl">Mean KL(FP32 ‖ plan) of the softmax, in nats.</param>
/// <param name="Agreement">Share of images with the same top-1 as FP32.</param>
/// <param name="Top5">The ratio of right images if the metric is top-5, else absent.</param>
/// <param name="Unlabelled">Where the evaluation images have no labels: those that it answers otherwise than FP32 and that were given none.
/// They count as lost. Absent for labelled images.</param>
/// <param name="Value">KL in nats, SQNR in decibels or RMSE if that is the metric; absent otherwise, and if it is infinite.</param>
public sealed record ResultAccuracy(
    int? Correct,
    int Total,
    double? Top1,
    IReadOnlyList<double?>? Ci95,
    double Drop,
    IReadOnlyList<double> DropCi95,
    double Kl,
    double Agreement,
    double? Top5 = null,
    double? Value = null,
    int? Unlabelled = null)
{
    /// <summary>Images with the same top-1 as FP32.</summary>
    [JsonIgnore]
    public int Agree => (int)Math.Round(Agreement * Total);

    /// <summary>The level on the scale that decides, as <see cref="AccuracyResult.Level"/>.</summary>
    public double Level(MetricKind metric) => Unlabelled is not null ? 1 - Drop
        : Correct is { } right ? (double)right / Total
        : metric.Scale().LevelOf(Value);

    /// <summary>
    /// The 95 % interval of <see cref="Level"/>; where the images have no labels, that of the changes against FP32.
    /// </summary>
    public Interval LevelInterval(MetricKind metric)
    {
        double[] ends = Unlabelled is not null ? [1 - DropCi95[1], 1 - DropCi95[0]]
            : Correct is not null ? [.. Ci95!.Select(end => end!.Value)]
            : [.. Ci95!.Select(metric.Scale().LevelOf).Order()];
        return new Interval(ends[0], ends[1]);
    }
}

/// <summary>Latency of a run.</summary>
/// <param name="MedianMs">Median, in milliseconds.</param>
/// <param name="IqrMs">Interquartile range, in milliseconds.</param>
/// <param name="N">Timed runs.</param>
/// <param name="Runtime">The runtime and its version.</param>
/// <param name="Device">The device.</param>
/// <param name="Batch">Images per run.</param>
/// <param name="Threads">Threads.</param>
/// <param name="Float32MedianMs">Median of the FP32 runs interleaved with these: speed-ups are ratios to this one.</param>
/// <param name="Ci95">The 95 % interval of the median relative to that FP32 median: low, high.</param>
/// <param name="OtherCores">Cores that other processes kept busy meanwhile, if known.</param>
/// <param name="ClockHz">The lowest clock of the GPU in counted rounds; absent for the processor and if unknown.</param>
/// <param name="Throttled">
/// Why the GPU's clocks were throttled in counted rounds, by NVML's reasons, although such rounds are repeated; absent if they were not.
/// </param>
public sealed record ResultLatency(
    double MedianMs,
    double IqrMs,
    int N,
    string Runtime,
    string Device,
    int Batch,
    int Threads,
    double Float32MedianMs,
    IReadOnlyList<double>? Ci95 = null,
    double? OtherCores = null,
    double? ClockHz = null,
    IReadOnlyList<string>? Throttled = null)
{
    /// <summary>FP32's median over its own; null without a time.</summary>
    [JsonIgnore]
    public double? SpeedUp => MedianMs > 0 ? Float32MedianMs / MedianMs : null;
}

/// <summary>A file.</summary>
/// <param name="Path">Its path, relative to the result; absent if only its digest was kept.</param>
/// <param name="Sha256">Digest of its bytes.</param>
/// <param name="ExactOn">
/// For the winner: the processors on which it is exact, and what others make of it; absent if it computes in float.
/// </param>
/// <param name="LeastRuntime">For the winner: the oldest ONNX Runtime that computes its numbers, such as "1.12".</param>
/// <param name="Layers">For the winner: its layers with weights.</param>
/// <param name="Form">For the winner: how its layers are written, "fast", or why not; absent: as in the network.</param>
/// <param name="Forms">For the winner: groups that are written in another form than in the network, each with which.</param>
/// <param name="Input">For the winner: the pixels that it takes, "RGBA" or "RGB", uint8 with channels last; absent: floats.</param>
/// <param name="Python">For a winner that takes pixels: lines that read a picture and run it.</param>
public sealed record ResultArtefact(
    string? Path,
    string Sha256,
    string? ExactOn = null,
    string? LeastRuntime = null,
    LayerCounts? Layers = null,
    string? Form = null,
    IReadOnlyDictionary<string, string>? Forms = null,
    string? Input = null,
    IReadOnlyList<string>? Python = null);
