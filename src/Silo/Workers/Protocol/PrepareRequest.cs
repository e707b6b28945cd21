using Cluster.Evaluation.Nodes;

namespace Cluster.Silo.Workers.Protocol;

/// <summary>Read and check a job's files.</summary>
/// <param name="Id">Names the request in replies.</param>
/// <param name="Question">What is asked.</param>
internal sealed record PrepareRequest(long Id, JobQuestion Question) : WorkerRequest;
