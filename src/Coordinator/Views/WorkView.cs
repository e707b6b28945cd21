using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Views;

/// <summary>
/// A piece of work that is no candidate's: sensitivities, the profile, the test, items of steps after the search, the
/// winner's files. Never changes.
/// </summary>
/// <param name="Sequence">Its number in the job, or its <see cref="WorkItem.StepSequence"/>.</param>
/// <param name="Title">What it is, in a few words.</param>
/// <param name="Status">Where it is.</param>
/// <param name="Node">The node that it runs on, or null.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Failure">Why it failed, where it did.</param>
public sealed record WorkView(
    int Sequence,
    string Title,
    WorkStatus Status,
    string? Node = null,
    int Attempts = 0,
    FailedResult? Failure = null);
