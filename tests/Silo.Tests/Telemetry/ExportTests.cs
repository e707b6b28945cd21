using System.Diagnostics.Tracing;
using Microsoft.Extensions.Configuration;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Cluster.Silo.Tests.Telemetry;

[Collection("api")]
public sealed class ExportTests
{
    [Theory]
    [InlineData("http/protobuf", "127.0.0.1:1")]
    [InlineData("carrier/pigeon", "carrier/pigeon")]
    public async Task Silo_WhoseTelemetryDoesNotGetThrough_SaysSoOnce(string protocol, string named)
    {
        using var log = new LineLog();
        var host = await ApiHost.StartAsync(configure: builder =>
        {
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:1",
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol,
            });
            builder.Logging.AddProvider(log);
            builder.AddClusterTelemetry("node-1");
        });

        // What is left is sent when the host stops: three signals, none of which arrives.
        await host.DisposeAsync();

        var said = log.Lines.Where(line => line.Id == 2401).Select(line => line.Text).ToArray();
        said.ShouldContain(text => text.Contains(named, StringComparison.Ordinal));
        said.ShouldBeUnique();
        said.ShouldAllBe(text => !text.Contains('\n', StringComparison.Ordinal));
    }

    [Fact]
    public void Trouble_EventsOfAnotherSource_AreNone()
    {
        using var log = new LineLog();
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(log));
        using var trouble = new TelemetryTrouble(loggers.CreateLogger<TelemetryTrouble>());
        using var counters = new EventSource("Counters-Of-Another");
        trouble.EnableEvents(counters, EventLevel.LogAlways);

        counters.Write("EventCounters");

        log.Lines.ShouldBeEmpty();
    }

    [Fact]
    public void Aim_VariablesOfOneSignal_WinForItAlone()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"] = "https://vendor/v1/metrics",
            ["OTEL_EXPORTER_OTLP_METRICS_PROTOCOL"] = "http/protobuf",
            ["OTEL_EXPORTER_OTLP_METRICS_HEADERS"] = "api-key=of-metrics",
            ["OTEL_EXPORTER_OTLP_METRICS_TIMEOUT"] = "2500",
        }).Build();
        var metrics = new OtlpExporterOptions { Headers = "api-key=of-all" };
        var traces = new OtlpExporterOptions { Headers = "api-key=of-all" };

        TelemetryExport.Aim(metrics, configuration, "METRICS");
        TelemetryExport.Aim(traces, configuration, "TRACES");

        (metrics.Endpoint.AbsoluteUri, metrics.Protocol, metrics.Headers, metrics.TimeoutMilliseconds)
            .ShouldBe(("https://vendor/v1/metrics", OtlpExportProtocol.HttpProtobuf, "api-key=of-metrics", 2500));
        (traces.Headers, traces.TimeoutMilliseconds).ShouldBe(("api-key=of-all", 10_000));
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_TIMEOUT", "10s", "OTEL_EXPORTER_OTLP_TIMEOUT must be a whole number of milliseconds from 1, not '10s'")]
    [InlineData("OTEL_EXPORTER_OTLP_LOGS_TIMEOUT", "-1", "OTEL_EXPORTER_OTLP_TIMEOUT must be a whole number of milliseconds from 1, not")]
    [InlineData("OTEL_EXPORTER_OTLP_LOGS_HEADERS", "secret", "OTEL_EXPORTER_OTLP_HEADERS must be KEY=VALUE, several separated by commas")]
    public void RequireUsable_VariableThatTheExporterCannotRead_IsRefused(string name, string value, string expected)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            [new("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"), new(name, value)]).Build();

        string said = Should.Throw<UsageException>(() => TelemetryExport.RequireUsable(configuration)).Message;

        said.ShouldStartWith(expected);
        said.ShouldNotContain("secret");
    }

    [Theory]
    [InlineData("OTHER", "")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "traces metrics logs")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "traces")]
    public void Providers_ByTheEnvironment_AreThoseThatItAsksFor(string name, string expected)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection([new(name, "http://127.0.0.1:1")]);

        builder.AddClusterTelemetry("node-1");

        var types = builder.Services.Select(service => service.ServiceType).ToHashSet();
        (Type Provider, string Signal)[] signals =
            [(typeof(TracerProvider), "traces"), (typeof(MeterProvider), "metrics"), (typeof(LoggerProvider), "logs")];
        string.Join(' ', signals.Where(signal => types.Contains(signal.Provider)).Select(signal => signal.Signal)).ShouldBe(expected);
    }
}
