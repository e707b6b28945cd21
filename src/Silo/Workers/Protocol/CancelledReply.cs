namespace Cluster.Silo.Workers.Protocol;

/// <summary>A request was stopped, as asked.</summary>
/// <param name="Id">The request.</param>
internal sealed record CancelledReply(long Id) : WorkerReply;
