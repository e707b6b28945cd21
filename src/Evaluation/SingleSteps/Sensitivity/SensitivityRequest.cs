using Cluster.Coordinator.Model.Options;
using Cluster.Evaluation.Inputs;

namespace Cluster.Evaluation.SingleSteps.Sensitivity;

/// <summary>A user's request for `sensitivity`, as typed.</summary>
/// <param name="Evaluation">Evaluation data; null: the data is split, seeded.</param>
/// <param name="Images">Most evaluation images to use.</param>
/// <param name="Memory">Bytes that the process should stay below; null: <see cref="WorkingMemory.Usual"/>.</param>
/// <param name="Metric">What images are judged by; null: <see cref="MetricKind.Top1"/>.</param>
public sealed record SensitivityRequest(
    string Model,
    string Data,
    string? Evaluation,
    string? Preprocess,
    string Method,
    int Images,
    long Seed,
    long? Memory = null,
    MetricKind? Metric = null);
