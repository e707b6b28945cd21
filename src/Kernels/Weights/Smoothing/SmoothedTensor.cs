namespace Cluster.Kernels.Weights.Smoothing;

/// <summary>A tensor whose channels were scaled.</summary>
/// <param name="Value">Its name.</param>
/// <param name="Products">Nodes that read it.</param>
/// <param name="Before">Largest magnitude on the calibration data.</param>
/// <param name="After">The same of what is there now.</param>
/// <param name="SpreadBefore">Largest magnitude in the median channel's: what one scale for all channels costs.</param>
/// <param name="SpreadAfter">The same of what is there now.</param>
public sealed record SmoothedTensor(
    string Value,
    IReadOnlyList<string> Products,
    double Before,
    double After,
    double SpreadBefore,
    double SpreadAfter);
