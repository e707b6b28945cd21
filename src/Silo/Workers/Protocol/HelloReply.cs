namespace Cluster.Silo.Workers.Protocol;

/// <summary>The answer to <see cref="BeginRequest"/>.</summary>
/// <param name="Protocol">The child's version.</param>
internal sealed record HelloReply(int Protocol) : WorkerReply;
