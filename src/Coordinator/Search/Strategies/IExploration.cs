using Cluster.Plans;

namespace Cluster.Coordinator.Search.Strategies;

/// <summary>
/// What distinguishes one strategy from another: which plans it evaluates between the baselines and the final timing that all strategies
/// share. A pure function of the memory, its options and the job's seed.
/// </summary>
internal interface IExploration
{
    /// <summary>Rounds that look for faster or more accurate plans, beginning at the best plan with every group quantized.</summary>
    IEnumerable<ProposedRound> Explore(Plan start);

    /// <summary>
    /// Evaluations that the exploration may still ask for where it has to go on as long as it can: before it and during it.
    /// </summary>
    /// <param name="start">Where it begins or began.</param>
    int Most(Plan start);

    /// <summary>Timings that it may ask for beside the evaluations.</summary>
    int MostTimings => 0;
}
