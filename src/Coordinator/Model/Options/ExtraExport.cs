namespace Cluster.Coordinator.Model.Options;

/// <summary>An additional runtime that the winner is written for, besides the target of the search.</summary>
public enum ExtraExport
{
    /// <summary>TensorRT, by explicit quantization.</summary>
    Tensorrt,

    /// <summary>PaddleSlim: a list of its operators with their thresholds.</summary>
    Paddle,
}
