using Cluster.Coordinator.Model;
using Cluster.Grains.Contracts;

namespace Cluster.Grains.Ports;

/// <summary>What reading and checking a job's files came to: the job, or why it cannot be.</summary>
public sealed record PreparationOutcome
{
    /// <summary>What is asked, complete; null where it is refused.</summary>
    public JobSpec? Spec { get; init; }

    /// <summary>What is decided about; null where it is refused.</summary>
    public SearchSpace? Space { get; init; }

    /// <summary>Why the job cannot be, or null.</summary>
    public PreparationRefusal? Refusal { get; init; }
}
