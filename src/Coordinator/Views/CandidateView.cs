using Cluster.Coordinator.Work;
using Cluster.Plans;

namespace Cluster.Coordinator.Views;

/// <summary>A plan that was proposed, as it stood after some event. Never changes: another event makes another view of it.</summary>
public sealed record CandidateView
{
    /// <summary>Its place in the order of first proposal, from 0.</summary>
    public required int Number { get; init; }

    /// <summary>The plan.</summary>
    public required Plan Plan { get; init; }

    /// <summary>What the round that proposed it first is for.</summary>
    public required string Purpose { get; init; }

    /// <summary>Where it is; one with results is queued again when more is asked about it.</summary>
    public WorkStatus Status { get; init; }

    /// <summary>Its measurements, in the order in which they were recorded.</summary>
    public IReadOnlyList<EvaluationView> Evaluations { get; init; } = [];

    /// <summary>Why it failed, where it did.</summary>
    public FailedResult? Failure { get; init; }

    /// <summary>How often what failed was tried.</summary>
    public int FailedAttempts { get; init; }

    /// <summary>The node that it runs on, or null.</summary>
    public string? Node { get; init; }

    /// <summary>When it was proposed.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ended, or null while there is more to be done.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}
