using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Ports;

/// <summary>
/// Makes the files of a job whose winner is chosen: export, parity gate, report. What it reads is the job's journal.
/// May be called again after a crash and then makes the same files.
/// </summary>
public interface IPublisher
{
    /// <summary>
    /// Publishes once. An expected failure, such as a parity gate that refuses, is a <see cref="Publication"/> too; an
    /// exception is a bug or broken infrastructure and stops the job, which can be resumed.
    /// </summary>
    Task<Publication> PublishAsync(Attempt attempt, CancellationToken cancellationToken);
}
