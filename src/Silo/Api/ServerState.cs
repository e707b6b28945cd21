using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cluster.Silo.Api;

/// <summary>Whether this server takes callers, or asks them to go to another.</summary>
internal sealed class ServerState : IHealthCheck, IDisposable
{
    private readonly CancellationTokenSource _draining = new();

    /// <summary>Cancelled once the server drains: streams end, so that their readers go elsewhere.</summary>
    public CancellationToken Draining => _draining.Token;

    /// <summary>
    /// Turns health to NOT_SERVING. Calls are still answered, because load balancers need a moment to notice.
    /// </summary>
    public Task DrainAsync() => _draining.CancelAsync();

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_draining.IsCancellationRequested ? HealthCheckResult.Unhealthy("It drains.") : HealthCheckResult.Healthy());

    public void Dispose() => _draining.Dispose();
}
