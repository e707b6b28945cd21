using System.Text.Json.Serialization;
using Cluster.Evaluation.Learning.FineTuning;
using Cluster.Learning.FineTuning;

namespace Cluster.Evaluation.SingleSteps.Quantize;

/// <summary>The result of `quantize` and `finetune`; its JSON form is the command's `--json`. Fractions are 0..1.</summary>
public sealed record QuantizeReport
{
    /// <summary>Path of the FP32 network, as typed.</summary>
    public required string Model { get; init; }

    /// <summary>The written file.</summary>
    public required QuantizeOutput Output { get; init; }

    /// <summary>Path of the plan that the file was built from, even if this command made it.</summary>
    public required string Plan { get; init; }

    /// <summary>Folder with which the plan gives the same bytes again.</summary>
    public required string Calibration { get; init; }

    /// <summary>Groups that are quantized, in any number of bits.</summary>
    public required int Int8Groups { get; init; }

    /// <summary>The layers with weights; null if nothing is quantized.</summary>
    public LayerCounts? Layers { get; init; }

    /// <summary>Groups that could be quantized.</summary>
    public required int Groups { get; init; }

    /// <summary>How roundings were learned; null if they were not.</summary>
    public QuantizeLearning? Learning { get; init; }

    /// <summary>How the plan was trained; null if it was not.</summary>
    public FineTuneReport? FineTune { get; init; }

    /// <summary>
    /// Bit operations per image of the plan: multiply-accumulates times weight bits times activation bits, FP32 as 32 x 32.
    /// </summary>
    public required long Bops { get; init; }

    /// <summary>Bytes of the numbers if each is stored in exactly its bits, regardless of the file's types.</summary>
    public required long PackedBytes { get; init; }

    /// <summary>Top-1 of the file, in ONNX Runtime; null without evaluation images, and if another metric was requested.</summary>
    public MeasuredAccuracy? Accuracy { get; init; }

    /// <summary>The file and FP32 by the requested metric; null if that is top-1.</summary>
    public MeasuredMetric? Metric { get; init; }

    /// <summary>Latency of the file, in ONNX Runtime; null without evaluation images, and after training.</summary>
    public MeasuredLatency? Latency { get; init; }

    /// <summary>The FP32 network on the same images, its latency interleaved with the file's.</summary>
    public QuantizeFloat32? Float32 { get; init; }

    /// <summary>The file in the target against the simulation; null if it was not run.</summary>
    public ParityFinding? Parity { get; init; }

    /// <summary>
    /// How many times as long the file takes to open as in plain forms, least of three turns; null up to a tenth more, or in plain forms.
    /// </summary>
    public double? OpeningTimes { get; init; }

    /// <summary>Which groups to keep in FP32 where the outputs keep too little; null where they keep enough.</summary>
    public WayUp? WayUp { get; init; }

    /// <summary>The calibration samples, as typed; for the command that the report offers.</summary>
    [JsonIgnore]
    public string? Data { get; init; }

    /// <summary>The number of groups per precision; for the text of the report.</summary>
    [JsonIgnore]
    public string Precision { get; init; } = "";

    /// <summary>Whether some group has fewer than 8 bits; for the text of the report.</summary>
    [JsonIgnore]
    public bool IsLowBit { get; init; }

    /// <summary>Total wall time.</summary>
    public double Seconds { get; init; }
}

/// <summary>The FP32 network, for comparison with the quantized file.</summary>
/// <param name="Accuracy">Null if a metric other than top-1 was requested.</param>
/// <param name="Latency">Null like that of the file.</param>
/// <param name="Bops">Bit operations per image.</param>
/// <param name="PackedBytes">Bytes of the packed numbers.</param>
public sealed record QuantizeFloat32(MeasuredAccuracy? Accuracy, MeasuredLatency? Latency, long SizeBytes, long Bops, long PackedBytes);

/// <summary>A trained plan, compared with the plan that it started from.</summary>
/// <param name="Kept">Whether the written file is the trained one.</param>
/// <param name="Reason">Why, one sentence.</param>
/// <param name="Before">The plan's own file.</param>
/// <param name="After">The trained file.</param>
/// <param name="Gain">Gain of top-1, as a fraction; negative if training made it worse.</param>
/// <param name="GainCi95">Its paired interval: low, high.</param>
/// <param name="Lost">Images that only the plan's own file gets right.</param>
/// <param name="Gained">Images that only the trained file gets right.</param>
/// <param name="Trained">Path of the trained file, whether or not it was kept.</param>
/// <param name="TrainedSha256">Its SHA-256.</param>
/// <param name="Epochs">From 0, the untrained plan; correct images are of those kept aside, in simulation.</param>
/// <param name="BestEpoch">The chosen epoch.</param>
/// <param name="RolledBack">How often training went back to the beginning of an epoch with half the rate.</param>
/// <param name="ResumedAt">Step at which training resumed from a checkpoint; 0 for none.</param>
public sealed record FineTuneReport(
    bool Kept,
    string Reason,
    MeasuredAccuracy Before,
    MeasuredAccuracy After,
    double Gain,
    IReadOnlyList<double> GainCi95,
    int Lost,
    int Gained,
    string Trained,
    string TrainedSha256,
    IReadOnlyList<FineTuneEpoch> Epochs,
    int BestEpoch,
    int RolledBack,
    long ResumedAt)
{
    internal static FineTuneReport Of(FineTuneOutcome outcome, string path)
    {
        var (verdict, counts, training) = (outcome.Verdict, outcome.Counts, outcome.Training);
        var (low, high) = LearnedVerdict.Gain(counts);
        return new FineTuneReport(
            verdict.Kept,
            verdict.Reason,
            MeasuredAccuracy.Of(outcome.ScoreBefore, isFloat32: false),
            MeasuredAccuracy.Of(outcome.ScoreAfter, isFloat32: false),
            -counts.Drop,
            [low, high],
            counts.Lost,
            counts.Gained,
            path,
            outcome.After.Sha256,
            training.Log,
            training.Best,
            training.RolledBack,
            training.ResumedAt);
    }
}

/// <summary>The written file.</summary>
/// <param name="ExactOn">The processors on which it is exact, and what others make of it, as in its metadata; null if it computes in
/// float.</param>
/// <param name="LeastRuntime">The oldest ONNX Runtime that computes its numbers, such as "1.12".</param>
/// <param name="Form">How its layers are written, as its metadata say it ("fast"); null: as in the network.</param>
/// <param name="Pixels">The pixels that it takes, "RGBA" or "RGB", uint8 with channels last; null: floats.</param>
public sealed record QuantizeOutput(
    string Path,
    string Sha256,
    long SizeBytes,
    string? ExactOn = null,
    string? LeastRuntime = null,
    string? Form = null,
    string? Pixels = null)
{
    /// <summary>Copies the preprocessing next to a model to where it belongs to a file made of it, unless that is there.</summary>
    internal static void CopyPreprocess(string model, string output, bool force)
    {
        var (own, beside) = (PreprocessPlace.Beside(model), PreprocessPlace.Beside(output));
        if (File.Exists(own) && (force || !File.Exists(beside)))
        {
            AtomicFile.Write(beside, File.ReadAllText(own));
        }
    }

    /// <summary>Writes a file, and says so.</summary>
    internal static QuantizeOutput Write(string path, ModelFile file, Action<string> say)
    {
        ModelFiles.Write(path, file);
        say($"wrote {path}");
        return new QuantizeOutput(path, file.Digest, file.Length);
    }
}
