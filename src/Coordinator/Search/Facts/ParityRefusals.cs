namespace Cluster.Coordinator.Search.Facts;

/// <summary>Plans that the parity gate refused, and conclusions about other plans.</summary>
internal sealed class ParityRefusals
{
    private readonly List<RefusedPlan> _refused = [];
    private readonly HashSet<(string Group, GroupFormat Format)> _suspects = [];

    /// <summary>The refused plans, in that order.</summary>
    public IReadOnlyList<RefusedPlan> Plans => _refused;

    /// <summary>How many plans were refused.</summary>
    public int Count => _refused.Count;

    /// <summary>Why the first plan was refused, in a sentence; null if there is none.</summary>
    public string? First => _refused is [var first, ..] ? first.Reason : null;

    /// <summary>The first group that differed in any plan, or null.</summary>
    public string? FirstGroup => _refused.SelectMany(refusal => refusal.Groups).FirstOrDefault();

    /// <summary>Whether a file differs from its simulation, which is a defect; the others lose a channel of an output.</summary>
    public bool AnyDefect => _refused.Any(refusal => !refusal.IsUnproved && refusal.Parity?.WorstChannel is not { IsWeak: true });

    /// <summary>Adds a plan's parity result: a failed measurement proves nothing either.</summary>
    public void Add(Plan plan, WorkResult result)
    {
        switch (result)
        {
            case ParityResult { Failure: { } reason } found:
                _refused.Add(new RefusedPlan(plan, reason, found.Groups, found.Finding));
                _suspects.UnionWith(plan.Groups
                    .Where(decision => found.Groups.Contains(decision.Group, StringComparer.Ordinal))
                    .Select(decision => (decision.Group, decision.Format)));
                break;
            case FailedResult failed:
                _refused.Add(new RefusedPlan(plan, failed.Reason, [], Parity: null)
                {
                    IsUnproved = failed.Kind == FailureKind.DeadlineExceeded,
                });
                break;
        }
    }

    /// <summary>Whether the plan itself was refused.</summary>
    public bool Contains(Plan plan) => _refused.Any(refusal => refusal.Plan.Equals(plan));

    /// <summary>Whether a group of the plan differed, in the same format, in a refused plan: it probably does here too.</summary>
    public bool Suspects(Plan plan) => plan.Groups.Any(IsSuspect);

    /// <summary>The plan with every group that has differed kept unchanged; the same plan if there is none.</summary>
    public Plan Without(Plan plan) => plan.With(
        [.. Enumerable.Range(0, plan.Groups.Count).Where(group => IsSuspect(plan.Groups[group]))], GroupDecision.Baseline);

    // An unchanged group rounds nothing: a pair at its border belongs to the quantized group.
    private bool IsSuspect(GroupDecision decision) => !decision.Format.IsBaseline && _suspects.Contains((decision.Group, decision.Format));
}

/// <summary>A plan that the parity gate refused.</summary>
/// <param name="Reason">Why, in a sentence.</param>
/// <param name="Groups">Groups that the gate named; empty if it could name none.</param>
/// <param name="Parity">The comparison; null if it failed.</param>
public sealed record RefusedPlan(Plan Plan, string Reason, IReadOnlyList<string> Groups, ParityFinding? Parity)
{
    /// <summary>Its identity.</summary>
    public string PlanDigest => Plan.Digest;

    /// <summary>Whether only time was missing to prove it.</summary>
    internal bool IsUnproved { get; init; }
}
