using Cluster.Coordinator.Model.Options;
using Cluster.Kernels.Evaluation.Measurement;

namespace Cluster.Evaluation.Inputs;

/// <summary>The kind of output that a metric assumes.</summary>
internal static class MetricOutputs
{
    /// <summary>The kind used to rank groups and calibrators, so that the ranking matches the job's metric.</summary>
    public static OutputKind Outputs(this MetricKind metric) =>
        metric.CountsImages() || metric == MetricKind.OutputKl ? OutputKind.Scores : OutputKind.Values;
}
