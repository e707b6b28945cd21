namespace Cluster.Kernels.Learning.FineTuning;

/// <summary>The rule by which gradients change parameters.</summary>
public enum TrainingOptimizer
{
    /// <summary>Stochastic gradient descent with Nesterov momentum.</summary>
    Sgd,

    /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter, 2019).</summary>
    AdamW,
}
