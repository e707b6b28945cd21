using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Cluster.Silo.Api;

/// <summary>Whether this server takes callers, or asks them to go to another.</summary>
internal sealed class ServerState(IHostApplicationLifetime lifetime) : IHealthCheck, IDisposable
{
    private readonly CancellationTokenSource _draining = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping);

    /// <summary>
    /// Cancelled once the server drains, at the latest when it stops: streams end, so that their readers go elsewhere, before anything is
    /// torn down.
    /// </summary>
    public CancellationToken Draining => _draining.Token;

    /// <summary>
    /// Turns health to NOT_SERVING. Calls are still answered, because load balancers need a moment to notice.
    /// </summary>
    public Task DrainAsync() => _draining.CancelAsync();

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_draining.IsCancellationRequested ? HealthCheckResult.Unhealthy("It drains.") : HealthCheckResult.Healthy());

    public void Dispose() => _draining.Dispose();
}
