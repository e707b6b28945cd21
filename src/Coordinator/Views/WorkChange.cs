namespace Cluster.Coordinator.Views;

/// <summary>A piece of work changed that belongs to no candidate.</summary>
/// <param name="Sequence">See <see cref="JobChange"/>.</param>
/// <param name="At">See <see cref="JobChange"/>.</param>
/// <param name="Work">Its state after the change.</param>
public sealed record WorkChange(long Sequence, DateTimeOffset At, WorkView Work) : JobChange(Sequence, At)
{
    /// <summary>Candidates that it timed together, after the change.</summary>
    public IReadOnlyList<CandidateView> Candidates { get; init; } = [];
}

/// <summary>
/// A piece of work that belongs to no candidate: sensitivities, the profile, the test, items of steps after the search, the winner's files.
/// Immutable.
/// </summary>
/// <param name="Sequence">Its number in the job, or its <see cref="WorkItem.StepSequence"/>.</param>
/// <param name="Title">A short description.</param>
/// <param name="Status">Its status.</param>
/// <param name="Node">The node that it runs on, or null.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Failure">Why it failed, if it did.</param>
public sealed record WorkView(
    int Sequence,
    string Title,
    WorkStatus Status,
    string? Node = null,
    int Attempts = 0,
    FailedResult? Failure = null);
