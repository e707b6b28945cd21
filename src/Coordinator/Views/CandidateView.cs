namespace Cluster.Coordinator.Views;

/// <summary>A proposed plan in its state after some event. Immutable: another event makes another view of it.</summary>
public sealed record CandidateView
{
    /// <summary>Its place in the order of first proposal, from 0.</summary>
    public required int Number { get; init; }

    /// <summary>The plan.</summary>
    public required Plan Plan { get; init; }

    /// <summary>The purpose of the round that first proposed it.</summary>
    public required string Purpose { get; init; }

    /// <summary>Its status; a candidate with results is queued again when more is requested.</summary>
    public WorkStatus Status { get; init; }

    /// <summary>Its measurements, in the order in which they were recorded.</summary>
    public IReadOnlyList<EvaluationView> Evaluations { get; init; } = [];

    /// <summary>Why it failed, if it did.</summary>
    public FailedResult? Failure { get; init; }

    /// <summary>How often the failed item was tried.</summary>
    public int FailedAttempts { get; init; }

    /// <summary>The node that it runs on, or null.</summary>
    public string? Node { get; init; }

    /// <summary>When it was proposed.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ended, or null while work is left.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}
