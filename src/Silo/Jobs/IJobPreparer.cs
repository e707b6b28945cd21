using Cluster.Coordinator;
using Cluster.Coordinator.Model;
using Cluster.Kernels;

namespace Cluster.Silo.Jobs;

/// <summary>Reads and checks everything that a client can get wrong, before its job is accepted.</summary>
internal interface IJobPreparer
{
    /// <summary>Makes a job's spec and search space of what was asked.</summary>
    /// <exception cref="PreparationException">It cannot be done; says what is at fault.</exception>
    /// <exception cref="JobException">The request cannot be met; the message says why.</exception>
    /// <exception cref="KernelException">The model or the data cannot be used; the message says why.</exception>
    Task<PreparedJob> PrepareAsync(JobInputs inputs, JobOptions options, CancellationToken cancellationToken);
}
