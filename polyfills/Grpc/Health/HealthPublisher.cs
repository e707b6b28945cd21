using Grpc.AspNetCore.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Grpc.Server;

/// <summary>Tells watchers what the host's periodic health checks find.</summary>
internal sealed class HealthPublisher(PublishedHealth service, IOptions<GrpcHealthChecksOptions> options) : IHealthCheckPublisher
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
        foreach (var (name, predicate) in options.Value.Services.Predicates)
        {
            var entries = report.Entries.Where(entry => predicate(new HealthCheckMapContext(entry.Key, entry.Value.Tags)));
            service.SetStatus(name, Combine(entries.Select(entry => entry.Value)));
        }

        return Task.CompletedTask;
    }
}
