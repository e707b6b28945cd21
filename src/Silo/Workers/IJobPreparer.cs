using Cluster.Coordinator;
using Cluster.Evaluation.Nodes;

namespace Cluster.Silo.Workers;

/// <summary>Reads and checks a job's files before the job is accepted.</summary>
internal interface IJobPreparer
{
    /// <summary>The spec and the search space of what is asked.</summary>
    /// <exception cref="JobException">It cannot be met; one sentence for the user says why.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    Task<PreparedJob> PrepareAsync(JobQuestion question, CancellationToken cancellationToken);
}
