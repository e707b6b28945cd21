using Cluster.Coordinator.Results;
using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Ports;

/// <summary>
/// Makes the winner's files once it is chosen: export, parity gate, report. May be called again after a crash and must
/// then give the same files.
/// </summary>
public interface IResultPublisher
{
    /// <summary>Publishes and returns what was published.</summary>
    /// <exception cref="JobException">The parity gate refused; nothing was published.</exception>
    Task<IReadOnlyList<PublishedArtefact>> PublishAsync(JobOutcome outcome, CancellationToken cancellationToken);
}
