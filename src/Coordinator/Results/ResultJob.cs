using Cluster.Coordinator.Model;

namespace Cluster.Coordinator.Results;

/// <summary>What was asked.</summary>
/// <param name="Id">The job's identity.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Target">The runtime that was measured.</param>
/// <param name="Methods">Calibrators that were tried.</param>
/// <param name="MaxDrop">Largest accepted loss of top-1, a fraction.</param>
/// <param name="Confidence">Confidence of the bound, absent where the point estimate decided.</param>
/// <param name="BudgetEvaluations">The budget, absent where there was none.</param>
/// <param name="Digests">SHA-256 of the inputs.</param>
/// <param name="Versions">Versions of what computed the results.</param>
public sealed record ResultJob(
    string Id,
    long Seed,
    string Target,
    IReadOnlyList<string> Methods,
    double MaxDrop,
    double? Confidence,
    int? BudgetEvaluations,
    ResultDigests Digests,
    EvaluatorVersions Versions);
