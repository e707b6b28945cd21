using Cluster.Coordinator.Model;

namespace Cluster.Silo.Workers.Protocol;

/// <summary>Read and check a job's files.</summary>
/// <param name="Id">Names the request in replies.</param>
/// <param name="Inputs">Where they are.</param>
/// <param name="Options">What is asked of the job.</param>
internal sealed record PrepareRequest(long Id, JobInputs Inputs, JobOptions Options) : WorkerRequest;
