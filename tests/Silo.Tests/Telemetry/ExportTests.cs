using System.Text;
using Cluster.Silo.Telemetry;
using Cluster.Silo.Tests.Api;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Cluster.Silo.Tests.Telemetry;

[Collection("api")]
public sealed class ExportTests
{
    [Fact]
    public async Task Silo_WithAnEndpoint_SendsTracesMetricsAndLogs()
    {
        await using var collector = await Collector.StartAsync();
        var host = await ApiHost.StartAsync(configure: builder =>
        {
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address,
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["OTEL_RESOURCE_ATTRIBUTES"] = "k8s.namespace.name=somewhere",
            });
            builder.Logging.SetMinimumLevel(LogLevel.Information);
            builder.AddClusterTelemetry("node-1");
        });
        string job;
        await using (host)
        {
            job = (await host.CreateAsync()).Name["jobs/".Length..];
            await host.WatchAsync($"jobs/{job}");
        }

        // What is left is sent when the host stops.
        collector.Of("/v1/traces").ShouldContain("cluster.attempt");
        collector.Of("/v1/traces").ShouldContain("cluster.v1.JobService/CreateJob");
        collector.Of("/v1/traces").ShouldContain(job);
        collector.Of("/v1/metrics").ShouldContain("cluster.candidate.duration");
        collector.Of("/v1/metrics").ShouldContain("rpc.server.call.duration");

        // Bounds travel as little-endian numbers: none of OpenTelemetry's own is 7,200 s.
        collector.Of("/v1/metrics").ShouldContain(Encoding.Latin1.GetString(BitConverter.GetBytes(7200d)));
        collector.Of("/v1/metrics").ShouldNotContain(job);
        collector.Of("/v1/logs").ShouldContain("JobCompleted");
        foreach (var signal in new[] { "/v1/traces", "/v1/metrics", "/v1/logs" })
        {
            collector.Of(signal).ShouldContain("service.instance.id");
            collector.Of(signal).ShouldContain("node-1");
            collector.Of(signal).ShouldContain("k8s.namespace.name");
        }
    }

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
