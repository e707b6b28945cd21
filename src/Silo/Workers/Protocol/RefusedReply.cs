namespace Cluster.Silo.Workers.Protocol;

/// <summary>A job's files are not good.</summary>
/// <param name="Id">The request.</param>
/// <param name="Message">Why, a sentence for the user.</param>
internal sealed record RefusedReply(long Id, string Message) : WorkerReply;
