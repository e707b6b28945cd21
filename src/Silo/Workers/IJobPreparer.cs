using Cluster.Coordinator;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Evaluation.Nodes;

namespace Cluster.Silo.Workers;

/// <summary>Reads and checks a job's files before the job is accepted.</summary>
internal interface IJobPreparer
{
    /// <summary>The spec and the search space of what is asked.</summary>
    /// <param name="inputs">Where nodes find its files.</param>
    /// <param name="options">What is asked of it; what was left open is decided in the spec.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="JobException">It cannot be met; one sentence for the user says why.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    Task<PreparedJob> PrepareAsync(JobInputs inputs, JobOptions options, CancellationToken cancellationToken);
}
