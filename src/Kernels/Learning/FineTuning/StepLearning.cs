namespace Cluster.Kernels.Learning.FineTuning;

/// <summary>Where quantization steps come from while weights are trained.</summary>
public enum StepLearning
{
    /// <summary>Trained with the weights (LSQ).</summary>
    Learned,

    /// <summary>As the plan starts with them.</summary>
    Frozen,

    /// <summary>Follow the data: max|w| of each step for weights, a moving average of the range for activations until it is frozen.</summary>
    Observed,
}
