namespace Cluster.Kernels.Evaluation.Measurement;

/// <summary>What the numbers of a network's first output are, which says how its distance from FP32 is taken.</summary>
public enum OutputKind
{
    /// <summary>Scores of classes: their softmax is a distribution.</summary>
    Scores,

    /// <summary>Values that mean what they are: pixels, boxes, features.</summary>
    Values,
}
