namespace Cluster.Coordinator.Results;

/// <summary>A plan that the parity gate refused.</summary>
/// <param name="Plan">The decision for each group.</param>
/// <param name="PlanDigest">Its identity.</param>
/// <param name="Reason">Why, in a sentence.</param>
/// <param name="Groups">Groups that the gate named; empty if it could name none.</param>
/// <param name="Parity">The comparison; absent if it failed.</param>
public sealed record ResultRefusal(Plan Plan, string PlanDigest, string Reason, IReadOnlyList<string> Groups, ParityFinding? Parity)
{
    internal static ResultRefusal Of(RefusedPlan refused) =>
        new(refused.Plan, refused.Plan.Digest, refused.Reason, refused.Groups, refused.Finding);
}
