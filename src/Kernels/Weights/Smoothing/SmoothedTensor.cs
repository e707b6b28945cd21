namespace Cluster.Kernels.Weights.Smoothing;

/// <summary>A tensor whose channels were scaled.</summary>
/// <param name="Value">Its name.</param>
/// <param name="Products">Nodes that read it.</param>
/// <param name="Before">Largest magnitude on the calibration data.</param>
/// <param name="After">Largest magnitude after scaling.</param>
/// <param name="SpreadBefore">Largest magnitude relative to the median channel's: the cost of one scale for all channels.</param>
/// <param name="SpreadAfter">The same after scaling.</param>
public sealed record SmoothedTensor(
    string Value,
    IReadOnlyList<string> Products,
    double Before,
    double After,
    double SpreadBefore,
    double SpreadAfter);
