namespace Cluster.Coordinator.Results;

/// <summary>The result of learning roundings.</summary>
/// <param name="Tried">Whether there was a plan for it.</param>
/// <param name="Kept">Whether its plan replaced the search's winner.</param>
/// <param name="Reason">Why it was not tried, or was kept or not.</param>
/// <param name="Iterations">Iterations per block, per layer for AdaRound.</param>
/// <param name="Target">The plan whose roundings were learned; absent if there was none.</param>
/// <param name="Probe">The same plan with FP32 weights; absent if that has no result.</param>
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
    /// <summary>The result for a second plan, tried if no method made the first one accurate enough.</summary>
    public ResultReconstruction? Second { get; init; }

    internal ResultReconstruction With(Func<ResultPlan, ResultPlan> describe) => this with
    {
        Target = Target is null ? null : describe(Target),
        Steps = [.. Steps.Select(step => step with { After = step.After is null ? null : describe(step.After) })],
        Second = Second?.With(describe),
    };
}
