namespace Cluster.Evaluation.SingleSteps.Sensitivity;

/// <summary>The result of a sweep; its JSON form is the command's `--json`.</summary>
/// <param name="Groups">Most sensitive first.</param>
/// <param name="SweepSeconds">Wall time of the sweep alone.</param>
/// <param name="Seconds">With reading and calibrating.</param>
/// <param name="Metric">What images were judged by; null: top-1.</param>
/// <param name="WholeKl">Mean KL with all groups in INT8, nats an image; null if not requested.</param>
public sealed record SensitivityReport(
    string Model,
    string Method,
    int Images,
    IReadOnlyList<RankedGroup> Groups,
    double SweepSeconds,
    double Seconds,
    MetricKind? Metric = null,
    double? WholeKl = null);

/// <summary>One group alone in INT8.</summary>
/// <param name="Index">Position in the network's order of decisions, from 0.</param>
/// <param name="Macs">Multiply-accumulates an image.</param>
/// <param name="Kl">Mean KL(FP32 || group in INT8) of the softmax, nats an image.</param>
/// <param name="SqnrDb">Signal to quantization noise of the group's output, dB; null if there is no noise.</param>
/// <param name="Correct">Images with a right answer, as the metric defines it.</param>
/// <param name="Total">Images whose answers were judged; 0 if none were.</param>
/// <param name="LeftOutKl">Mean KL with all other groups in INT8 and this one in FP32, nats an image; null if not requested.</param>
public sealed record RankedGroup(
    int Index,
    string Group,
    IReadOnlyList<string> Operators,
    long Macs,
    double Kl,
    double? SqnrDb,
    int Correct,
    int Total,
    double? LeftOutKl = null);
