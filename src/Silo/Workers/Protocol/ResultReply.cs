using Cluster.Coordinator.Work;

namespace Cluster.Silo.Workers.Protocol;

/// <summary>An item's result, or its expected failure.</summary>
/// <param name="Id">The request.</param>
/// <param name="Result">The result.</param>
internal sealed record ResultReply(long Id, WorkResult Result) : WorkerReply;
