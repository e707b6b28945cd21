namespace Cluster.Silo.Api;

/// <summary>Whether this server accepts callers, or sends them to another.</summary>
internal sealed class ServerState(IHostApplicationLifetime lifetime) : IHealthCheck
{
    /// <summary>
    /// Cancelled when the server is about to stop, before anything is torn down: health changes to NOT_SERVING and streams end, so that
    /// their readers go elsewhere. Calls are still answered, because load balancers need a moment to notice.
    /// </summary>
    public CancellationToken Draining => lifetime.ApplicationStopping;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Draining.IsCancellationRequested ? HealthCheckResult.Unhealthy("It drains.") : HealthCheckResult.Healthy());
}
