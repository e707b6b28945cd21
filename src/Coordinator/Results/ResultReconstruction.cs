namespace Cluster.Coordinator.Results;

/// <summary>What became of learning roundings.</summary>
/// <param name="Tried">Whether there was a plan to do it for.</param>
/// <param name="Kept">Whether what came of it took the place of the search's winner.</param>
/// <param name="Reason">Why it was not tried, or was kept or not.</param>
/// <param name="Iterations">Iterations a block, a layer for AdaRound.</param>
/// <param name="Target">The plan whose roundings were learned; absent where there was none.</param>
/// <param name="Probe">The same plan with FP32 weights; absent where that has no result.</param>
/// <param name="Steps">The methods that were tried, in order.</param>
public sealed record ResultReconstruction(
    bool Tried,
    bool Kept,
    string Reason,
    int Iterations,
    ResultPlan? Target,
    ResultWeightProbe? Probe,
    IReadOnlyList<ResultReconstructionStep> Steps)
{
    /// <summary>The same of a second plan, which followed where nothing made the first one accurate enough.</summary>
    public ResultReconstruction? Second { get; init; }
}
