using Cluster.Coordinator.Model.Options;

namespace Cluster.Evaluation.SingleSteps.Sensitivity;

/// <summary>The result of a sweep; its JSON form is the command's `--json`.</summary>
/// <param name="Groups">Most sensitive first.</param>
/// <param name="SweepSeconds">Wall time of the sweep alone.</param>
/// <param name="Seconds">With reading and calibrating.</param>
/// <param name="Metric">What images were judged by; null: <see cref="MetricKind.Top1"/>.</param>
public sealed record SensitivityReport(
    string Model,
    string Method,
    int Images,
    IReadOnlyList<RankedGroup> Groups,
    double SweepSeconds,
    double Seconds,
    MetricKind? Metric = null);
