using Cluster.Coordinator.Model.Options;
using Cluster.Kernels.Evaluation.Measurement;

namespace Cluster.Evaluation.Inputs;

/// <summary>What a metric takes a network's outputs for.</summary>
internal static class MetricOutputs
{
    /// <summary>The kind by which groups and calibrators are ranked, so that they are ranked by what the job is judged by.</summary>
    public static OutputKind Outputs(this MetricKind metric) =>
        metric.CountsImages() || metric == MetricKind.OutputKl ? OutputKind.Scores : OutputKind.Values;
}
