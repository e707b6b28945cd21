namespace Cluster.Kernels.Learning.FineTuning;

/// <summary>The rule by which gradients change parameters.</summary>
public enum TrainingOptimizer
{
    Sgd,
    AdamW,
}
