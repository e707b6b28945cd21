namespace Cluster.Silo.Workers.Protocol;

/// <summary>Stop a request; one that has ended already is left alone.</summary>
/// <param name="Id">The request.</param>
internal sealed record CancelRequest(long Id) : WorkerRequest;
