namespace Cluster.Kernels.Metrics;

/// <summary>The meaning of a network's first output, which decides how its distance from FP32 is measured.</summary>
public enum OutputKind
{
    /// <summary>Scores of classes: their softmax is a distribution.</summary>
    Scores,

    /// <summary>Plain values: pixels, boxes, features.</summary>
    Values,

    /// <summary>Integers or bools, such as the index of a class, which are equal or are not.</summary>
    Whole,
}
