namespace Cluster.Coordinator.Search.Strategies;

/// <summary>
/// The part that distinguishes strategies: which plans to evaluate between the baselines and the final timing, which all strategies share.
/// A pure function of the memory, its options and the job's seed.
/// </summary>
internal interface IExploration
{
    /// <summary>Rounds that look for faster or more accurate plans, starting at the best plan with every group quantized.</summary>
    IEnumerable<ProposedRound> Explore(Plan start);

    /// <summary>Evaluations that the exploration may still request if it goes on as long as it can: before it and during it.</summary>
    /// <param name="start">Its start.</param>
    int Most(Plan start);

    /// <summary>Timings that it may request besides the evaluations.</summary>
    int MostTimings => 0;
}
