namespace Cluster.Silo.Workers.Protocol;

/// <summary>A defect: an exception that nobody expected. The child is not trusted with more work.</summary>
/// <param name="Id">The request.</param>
/// <param name="Exception">The exception's type.</param>
/// <param name="Text">Its text.</param>
internal sealed record FaultReply(long Id, string Exception, string Text) : WorkerReply;
