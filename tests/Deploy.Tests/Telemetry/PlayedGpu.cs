using Cluster.Evaluation.Nodes;
using Cluster.Silo.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cluster.Deploy.Tests.Telemetry;

/// <summary>
/// A GPU that a played NVML tells of, measured and sent by the silo's own code: a real one is not needed. With a certificate and an
/// iteration of training, as the silo beside it encrypts and trains nothing.
/// </summary>
internal static class PlayedGpu
{
    /// <summary>Sends its figures once.</summary>
    public static async Task ShowAsync(Uri collector)
    {
        using var folder = new WorkFolder();
        string library = await FakeNvml.MakeAsync(folder.Root, watts: 300);
        using var metrics = new SiloMetrics(TimeProvider.System);
        metrics.Searches.Trained("j-trained", new TrainingPoint(0.7, 1e-4));
        metrics.AddCertificate("server", () => new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"] = new Uri(collector, "v1/metrics").AbsoluteUri,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_EXPORTER_OTLP_METRICS_PROTOCOL"] = "http/protobuf",
        });
        builder.AddClusterTelemetry("played-gpu");
        builder.Services.AddHostedService(_ => new GpuWatch(["cuda:0"], library, metrics, NullLogger<GpuWatch>.Instance));
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);

        // What was measured is sent when the host stops.
        await host.StopAsync(TestContext.Current.CancellationToken);
    }
}
