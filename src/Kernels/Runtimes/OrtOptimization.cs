namespace Cluster.Kernels.Runtimes;

/// <summary>
/// How far ONNX Runtime rewrites a graph when a session opens. The values are those of its GraphOptimizationLevel.
/// </summary>
public enum OrtOptimization
{
    /// <summary>The graph runs unchanged: QDQ pairs stay pairs around float kernels.</summary>
    Disabled = 0,

    /// <summary>
    /// Rewrites that keep to ONNX's own operators: constant folding, redundant nodes, Conv with BatchNormalization.
    /// </summary>
    Basic = 1,

    /// <summary>
    /// Everything: QDQ patterns become integer kernels, Conv takes in its activation, NCHWc and NHWC layouts.
    /// </summary>
    All = 99,
}
