namespace Cluster.Coordinator.Journal;

/// <summary>The job and its search space; always the first event.</summary>
/// <param name="JobId">The spec's identity.</param>
/// <param name="Spec">The job's spec.</param>
/// <param name="Space">The search space.</param>
public sealed record JobSubmitted(string JobId, JobSpec Spec, SearchSpace Space) : JournalEvent
{
    /// <summary>The version of journals that this code writes.</summary>
    public const string CurrentSchema = "cluster.journal/v1";

    /// <summary>The journal's version.</summary>
    public string Schema { get; init; } = CurrentSchema;
}
