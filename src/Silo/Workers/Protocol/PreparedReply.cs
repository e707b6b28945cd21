using Cluster.Evaluation.Nodes;

namespace Cluster.Silo.Workers.Protocol;

/// <summary>A job's files are good.</summary>
/// <param name="Id">The request.</param>
/// <param name="Job">What follows from them.</param>
internal sealed record PreparedReply(long Id, PreparedJob Job) : WorkerReply;
