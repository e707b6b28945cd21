namespace Cluster.Coordinator.Model.Options;

/// <summary>How a job searches between its baselines and its final timing.</summary>
public enum StrategyKind
{
    /// <summary>Keeps the most harmful groups in FP32 until the plan is accurate enough, then reverts those that were not needed.</summary>
    Greedy,

    /// <summary>Simulated annealing over formats and calibrators of single groups, started at the best fully quantized plan.</summary>
    Anneal,

    /// <summary>Everything in 8 bits, then without the most sensitive groups one after another, then training: NVIDIA's ladder.</summary>
    Ladder,

    /// <summary>Plans solved for from the sweep's losses and the latency model, corrected by each measured plan.</summary>
    Knapsack,
}
