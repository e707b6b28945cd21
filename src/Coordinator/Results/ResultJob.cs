namespace Cluster.Coordinator.Results;

/// <summary>The job's question.</summary>
/// <param name="Id">The job's identity.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Target">The runtime that was measured.</param>
/// <param name="Methods">Calibrators that were tried.</param>
/// <param name="MaxDrop">
/// Largest accepted loss in the metric's unit: see <see cref="JobOptions.MaxDrop"/>; absent of a command without a bound.
/// </param>
/// <param name="Confidence">Confidence of the bound, absent where the point estimate decided.</param>
/// <param name="BudgetEvaluations">The budget, absent where there was none.</param>
/// <param name="Digests">SHA-256 of the inputs.</param>
/// <param name="Versions">Versions of what computed the results.</param>
/// <param name="Metric">What plans were judged by; absent for top-1.</param>
/// <param name="MetricCommand">The command that judged, where one did.</param>
/// <param name="MaxDropIsRelative">True where the bound is a share of what FP32 has.</param>
/// <param name="Prepared">What was done to the FP32 network before it was quantized, as plan files say it; absent for nothing.</param>
/// <param name="GivenNames">Calibrators that the user gave by another tool's name, and their names here; absent for none.</param>
public sealed record ResultJob(
    string Id,
    long Seed,
    string Target,
    IReadOnlyList<string> Methods,
    double? MaxDrop,
    double? Confidence,
    int? BudgetEvaluations,
    ResultDigests Digests,
    EvaluatorVersions Versions,
    MetricKind? Metric = null,
    string? MetricCommand = null,
    bool? MaxDropIsRelative = null,
    string? Prepared = null,
    IReadOnlyDictionary<string, string>? GivenNames = null);

/// <summary>SHA-256 of a job's inputs.</summary>
/// <param name="Model">The FP32 model file.</param>
/// <param name="Calibration">Calibration images.</param>
/// <param name="Evaluation">Evaluation images and labels.</param>
/// <param name="Test">Test images and labels, if any.</param>
/// <param name="Training">Training images and labels, if the winner may be fine-tuned.</param>
public sealed record ResultDigests(string Model, string Calibration, string Evaluation, string? Test, string? Training = null);

/// <summary>The network.</summary>
/// <param name="Name">The model's file name.</param>
/// <param name="Sha256">Digest of that file.</param>
/// <param name="SizeBytes">Its size.</param>
/// <param name="Groups">Number of groups.</param>
/// <param name="Macs">Multiply-accumulates per image.</param>
/// <param name="Parameters">Number of weights.</param>
public sealed record ResultModel(string Name, string Sha256, long SizeBytes, int Groups, long Macs, long Parameters)
{
    /// <summary>The other float that parts of the file compute in, which are float32 here; null: none.</summary>
    public string? Widened { get; init; }

    /// <summary>The shapes of a sample that latency is of, such as "x 3x320x320", where the network leaves sizes free; else null.</summary>
    public string? TimedShape { get; init; }
}
