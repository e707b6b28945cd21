using System.Diagnostics.Tracing;
using Microsoft.Extensions.Configuration;
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
