namespace Cluster.Coordinator.Model.Options;

/// <summary>A runtime that the winner is written for as well, beside the one that it was searched for.</summary>
public enum ExtraExport
{
    /// <summary>TensorRT, by explicit quantization.</summary>
    Tensorrt,

    /// <summary>PaddleSlim: a list of its operators with their thresholds.</summary>
    Paddle,
}
