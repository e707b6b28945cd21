using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using OpenTelemetry;

namespace Cluster.Silo.Telemetry;

/// <summary>
/// Sends spans, metrics and logs over OTLP, as configured by the standard OTEL_* environment variables. A signal without an endpoint is
/// off; with all three off, OpenTelemetry is not started.
/// </summary>
internal static class TelemetryExport
{
    private const string Service = "cluster";

    private static readonly string[] Signals = ["TRACES", "METRICS", "LOGS"];

    /// <summary>Our own, and others that describe a silo.</summary>
    public static string[] Meters { get; } =
    [
        SiloMetrics.MeterName, "Microsoft.Orleans", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql", "System.Runtime"
    ];

    /// <summary>
    /// Providers are disposed of with the host's services, after all hosted services have stopped: what those report is sent.
    /// </summary>
    /// <param name="builder">The silo's host; its configuration holds the environment.</param>
    /// <param name="instance">The node's id.</param>
    public static void AddClusterTelemetry(this IHostApplicationBuilder builder, string instance)
    {
        var configuration = builder.Configuration;
        if (!Signals.Any(signal => IsOn(configuration, signal)))
        {
            return;
        }

        // The environment comes last, so it wins.
        var telemetry = builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource
            .Clear()
            .AddTelemetrySdk()
            .AddService(Service, serviceVersion: ClusterTracing.Version, autoGenerateServiceInstanceId: false, serviceInstanceId: instance)
            .AddEnvironmentVariableDetector());
        if (IsOn(configuration, "LOGS"))
        {
            telemetry.WithLogging(
                logs => logs.AddOtlpExporter(options => Aim(options, configuration, "LOGS")),
                options => options.IncludeScopes = options.IncludeFormattedMessage = true);
        }

        if (IsOn(configuration, "TRACES"))
        {
            telemetry.WithTracing(traces => traces
                .AddSource(ClusterTracing.SourceName, $"{OrleansSpans.Sources}*")
                .AddProcessor(_ => new OrleansSpans())
                .AddOtlpExporter(options => Aim(options, configuration, "TRACES")));
        }

        if (IsOn(configuration, "METRICS"))
        {
            telemetry.WithMetrics(metrics => WithExemplars(metrics, configuration)
                .AddMeter(Meters)
                .AddOtlpExporter(options => Aim(options, configuration, "METRICS")));
        }

        // First, so that it observes the others while they are created and while they send the rest.
        builder.Services.Insert(0, ServiceDescriptor.Singleton<IHostedService, TelemetryTrouble>());
    }

    /// <summary>The destination of telemetry, as the end of a sentence about the silo.</summary>
    public static string Describe(IConfiguration configuration)
    {
        string[] places = [.. Signals
            .Where(signal => IsOn(configuration, signal))
            .Select(signal => $"{signal.ToLowerInvariant()} to {EndpointOf(configuration, signal)}")];
        return places.Length == 0 ? "sends no telemetry" : $"sends {string.Join(", ", places)}";
    }

    /// <exception cref="UsageException">A variable is not valid for OTLP: nothing would be sent.</exception>
    public static void RequireUsable(IConfiguration configuration)
    {
        foreach (string signal in Signals.Where(signal => IsOn(configuration, signal)))
        {
            string endpoint = EndpointOf(configuration, signal)!;
            if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            {
                throw new UsageException(
                    $"The endpoint of telemetry must be http://HOST:PORT, not '{endpoint}': correct OTEL_EXPORTER_OTLP_ENDPOINT.");
            }

            string protocol = Of(configuration, signal, "PROTOCOL") ?? "grpc";
            if (protocol is not ("grpc" or "http/protobuf"))
            {
                throw new UsageException(
                    $"OTEL_EXPORTER_OTLP_PROTOCOL must be grpc or http/protobuf, not '{protocol}'.");
            }

            if (Of(configuration, signal, "TIMEOUT") is { Length: > 0 } timeout
                && !(int.TryParse(timeout, NumberStyles.None, CultureInfo.InvariantCulture, out int milliseconds) && milliseconds > 0))
            {
                throw new UsageException(
                    $"OTEL_EXPORTER_OTLP_TIMEOUT must be a whole number of milliseconds from 1, not '{timeout}'.");
            }

            // Without their values, which are secrets.
            if (Of(configuration, signal, "HEADERS") is { Length: > 0 } headers
                && !Uri.UnescapeDataString(headers).Split(',').All(header => header.Contains('=')))
            {
                throw new UsageException(
                    "OTEL_EXPORTER_OTLP_HEADERS must be KEY=VALUE, several separated by commas, and one has no '=': correct it.");
            }
        }
    }

    // The standard's default, from which .NET differs: a slow call or attempt in a histogram leads to its trace.
    private static MeterProviderBuilder WithExemplars(MeterProviderBuilder builder, IConfiguration configuration) =>
        configuration["OTEL_METRICS_EXEMPLAR_FILTER"] is { Length: > 0 }
            ? builder
            : builder.SetExemplarFilter(ExemplarFilterType.TraceBased);

    // The exporter itself reads the variables for all signals, but not those for a single one.
    internal static void Aim(OtlpExporterOptions options, IConfiguration configuration, string signal)
    {
        if (configuration[$"OTEL_EXPORTER_OTLP_{signal}_PROTOCOL"] is { } protocol)
        {
            options.Protocol = protocol == "grpc" ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        }

        if (configuration[$"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"] is { Length: > 0 } endpoint)
        {
            options.Endpoint = new Uri(endpoint);
        }

        if (configuration[$"OTEL_EXPORTER_OTLP_{signal}_HEADERS"] is { Length: > 0 } headers)
        {
            options.Headers = headers;
        }

        if (configuration[$"OTEL_EXPORTER_OTLP_{signal}_TIMEOUT"] is { Length: > 0 } timeout)
        {
            options.TimeoutMilliseconds = int.Parse(timeout, CultureInfo.InvariantCulture);
        }
    }

    private static string? EndpointOf(IConfiguration configuration, string signal) => Of(configuration, signal, "ENDPOINT");

    private static string? Of(IConfiguration configuration, string signal, string setting) =>
        configuration[$"OTEL_EXPORTER_OTLP_{signal}_{setting}"] ?? configuration[$"OTEL_EXPORTER_OTLP_{setting}"];

    private static bool IsOn(IConfiguration configuration, string signal) =>
        !string.Equals(configuration["OTEL_SDK_DISABLED"], "true", StringComparison.OrdinalIgnoreCase)
        && !string.Equals(configuration[$"OTEL_{signal}_EXPORTER"], "none", StringComparison.OrdinalIgnoreCase)
        && !string.IsNullOrEmpty(EndpointOf(configuration, signal));
}

/// <summary>Drops Orleans' spans that belong to no request: silos call each other all the time, and each call would be a trace.</summary>
internal sealed class OrleansSpans : BaseProcessor<Activity>
{
    /// <summary>The prefix of Orleans' sources.</summary>
    public const string Sources = "Microsoft.Orleans.";

    // At the start: the span of the other side depends on the context sent to it.
    public override void OnStart(Activity data)
    {
        if (data.ParentId is null && data.Source.Name.StartsWith(Sources, StringComparison.Ordinal))
        {
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            data.IsAllDataRequested = false;
        }
    }
}
