namespace Cluster.Coordinator.Model.Options;

/// <summary>What a plan is judged by, sample by sample, beside FP32 on the same samples.</summary>
public enum MetricKind
{
    /// <summary>Whether the label has the largest output.</summary>
    Top1,

    /// <summary>Whether the label is among the five largest outputs.</summary>
    Top5,
}
