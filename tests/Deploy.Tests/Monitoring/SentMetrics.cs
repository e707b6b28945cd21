using System.Diagnostics.Metrics;
using System.Net;
using Cluster.Grains.Ports;
using Cluster.Harness;
using Cluster.Silo.Telemetry;
using Npgsql;

namespace Cluster.Deploy.Tests.Monitoring;

/// <summary>What silos can send, by the names that Prometheus gives it; much of it only after a first event.</summary>
internal static class SentMetrics
{
    /// <summary>What a histogram is stored as.</summary>
    public static IReadOnlyList<string> Suffixes { get; } = ["_bucket", "_sum", "_count"];

    /// <summary>Of our own meter.</summary>
    public static IReadOnlyList<string> Ours()
    {
        using var metrics = new SiloMetrics(TimeProvider.System);
        var names = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (ReferenceEquals(instrument.Meter, metrics.Meter))
                {
                    names.AddRange(Names(instrument));
                }
            },
        };
        listener.Start();
        return names;
    }

    /// <summary>Of every meter that is exported, as a silo that runs has them.</summary>
    public static async Task<IReadOnlyList<string>> OfASiloAsync(CancellationToken cancellation)
    {
        var names = new ConcurrentDictionary<string, byte>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (TelemetryExport.Meters.Contains(instrument.Meter.Name, StringComparer.Ordinal))
                {
                    Names(instrument).ForEach(name => names[name] = 0);
                }
            },
        };
        listener.Start();
        using var folder = new WorkFolder();

        // The meter is there with the first source; no connection is made.
        await using var database = NpgsqlDataSource.Create("Host=unused");
        await using var silo = await SiloHost.BuildAsync(
            new SiloOptions
            {
                Listen = new IPEndPoint(IPAddress.Loopback, 0),
                DataFolder = folder.Root,
                Roles = SiloRoles.Coordinator,
                Devices = [],
                GatewayPort = FreePort.Next(),
            },
            cancellation);
        await silo.StartAsync(cancellation);
        await silo.StopAsync(cancellation);
        return [.. names.Keys];
    }

    private static List<string> Names(Instrument instrument)
    {
        string kind = instrument.GetType().Name.Split('`')[0];
        string name = PrometheusName.Of(instrument.Name, instrument.Unit ?? "", kind is "Counter" or "ObservableCounter");
        return kind is "Histogram" ? [.. Suffixes.Select(suffix => name + suffix)] : [name];
    }
}
