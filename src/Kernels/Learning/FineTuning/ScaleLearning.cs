namespace Cluster.Kernels.Learning.FineTuning;

/// <summary>Where quantization scales come from while weights are trained.</summary>
public enum ScaleLearning
{
    /// <summary>Trained with the weights (LSQ).</summary>
    Learned,

    /// <summary>Unchanged from the plan.</summary>
    Frozen,

    /// <summary>
    /// Follow the data: max|w| of each scale for weights, a moving average of the range for activations until it is
    /// frozen.
    /// </summary>
    Observed,
}
