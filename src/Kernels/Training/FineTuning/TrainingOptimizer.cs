namespace Cluster.Kernels.Training.FineTuning;

/// <summary>The rule by which gradients change parameters.</summary>
public enum TrainingOptimizer
{
    Sgd,
    AdamW,
}
