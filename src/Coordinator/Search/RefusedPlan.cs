namespace Cluster.Coordinator.Search;

/// <summary>A plan that the parity gate refused.</summary>
/// <param name="Reason">Why, in a sentence.</param>
/// <param name="Groups">Groups that the gate named; empty if it could name none.</param>
/// <param name="Parity">The comparison; null if it failed.</param>
public sealed record RefusedPlan(Plan Plan, string Reason, IReadOnlyList<string> Groups, ParityFinding? Parity)
{
    /// <summary>Its identity.</summary>
    public string PlanDigest => Plan.Digest;
}
