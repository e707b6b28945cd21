using Grpc.AspNetCore.HealthChecks;
using Grpc.HealthCheck;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Grpc.Server;

/// <summary>Tells watchers what the host's periodic health checks find.</summary>
internal sealed class HealthPublisher(HealthServiceImpl service, IOptions<GrpcHealthChecksOptions> options) : IHealthCheckPublisher
{
    /// <summary>Nothing to go by is UNKNOWN; anything unhealthy is NOT_SERVING.</summary>
    public static ServingStatus Combine(IEnumerable<HealthReportEntry> entries)
    {
        var all = entries.ToArray();
        return all.Length == 0 ? ServingStatus.Unknown
            : all.Any(entry => entry.Status == HealthStatus.Unhealthy) ? ServingStatus.NotServing
            : ServingStatus.Serving;
    }

    public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
    {
        foreach (var mapping in options.Value.Services)
        {
            var entries = report.Entries.Where(entry => mapping.HealthCheckPredicate?.Invoke(new HealthCheckMapContext(entry.Key, entry.Value.Tags)) != false);
            service.SetStatus(mapping.Name, Combine(entries.Select(entry => entry.Value)));
        }

        return Task.CompletedTask;
    }
}
