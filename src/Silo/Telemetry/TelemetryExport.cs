using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Cluster.Silo.Telemetry;

/// <summary>
/// Sends spans, metrics and logs over OTLP, as the standard OTEL_* environment variables say. A signal without an
/// endpoint is off; with all three off, OpenTelemetry is not started.
/// </summary>
internal static class TelemetryExport
{
    private const string Service = "cluster";

    /// <summary>Meters beside ours that tell about a silo.</summary>
    private static readonly string[] Meters =
    [
        SiloMetrics.MeterName, "Microsoft.Orleans", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"
    ];

    /// <summary>
    /// Call it before other hosted services are added: services stop in reverse order, and this one must still send
    /// what they report at the end.
    /// </summary>
    /// <param name="builder">The silo's host; its configuration holds the environment.</param>
    /// <param name="instance">The node's id.</param>
    public static void AddClusterTelemetry(this IHostApplicationBuilder builder, string instance)
    {
        var configuration = builder.Configuration;
        if (IsOn(configuration, "LOGS"))
        {
            builder.Logging.AddOpenTelemetry(logs =>
            {
                logs.IncludeScopes = true;
                logs.IncludeFormattedMessage = true;
                logs.SetResourceBuilder(Resource(instance)).AddOtlpExporter();
            });
        }

        // Not AddHostedService: it takes two of one type for one.
        if (IsOn(configuration, "TRACES"))
        {
            builder.Services.AddSingleton<IHostedService>(_ => new Exporting(Sdk.CreateTracerProviderBuilder()
                .ConfigureServices(services => services.AddSingleton<IConfiguration>(configuration))
                .SetResourceBuilder(Resource(instance))
                .AddSource(ClusterTracing.SourceName, "Microsoft.Orleans.Application")
                .AddOtlpExporter()
                .Build()));
        }

        if (IsOn(configuration, "METRICS"))
        {
            builder.Services.AddSingleton<IHostedService>(_ => new Exporting(Sdk.CreateMeterProviderBuilder()
                .ConfigureServices(services => services.AddSingleton<IConfiguration>(configuration))
                .SetResourceBuilder(Resource(instance))
                .AddMeter(Meters)
                .AddOtlpExporter()
                .Build()));
        }
    }

    private static bool IsOn(IConfiguration configuration, string signal) =>
        !string.Equals(configuration["OTEL_SDK_DISABLED"], "true", StringComparison.OrdinalIgnoreCase)
        && !string.Equals(configuration[$"OTEL_{signal}_EXPORTER"], "none", StringComparison.OrdinalIgnoreCase)
        && !string.IsNullOrEmpty(configuration[$"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"] ?? configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);

    // The environment comes last, so it wins.
    private static ResourceBuilder Resource(string instance) => ResourceBuilder.CreateEmpty()
        .AddTelemetrySdk()
        .AddService(Service, serviceVersion: ClusterTracing.Version, autoGenerateServiceInstanceId: false, serviceInstanceId: instance)
        .AddEnvironmentVariableDetector();

    /// <summary>A provider that lives as long as the host; disposing of it sends what is left.</summary>
    private sealed class Exporting(IDisposable provider) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            provider.Dispose();
            return Task.CompletedTask;
        }
    }
}
