using System.Net;
using Cluster.Coordinator.Ports;
using Cluster.Grains.Hosting;
using Cluster.Grains.Ports;
using Cluster.Harness;
using Cluster.Silo.Hosting;
using Cluster.Storage.Files;
using Cluster.Storage.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;

namespace Cluster.Bench.Throughput;

/// <summary>A silo with nothing but grains, store and slots that do nothing.</summary>
internal static class ThroughputSilo
{
    /// <param name="options">What is measured.</param>
    /// <param name="clustered">Whether it is one of several.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<(IHost Host, IJobStore Store)> StartAsync(
        ThroughputOptions options, bool clustered, CancellationToken cancellation)
    {
#pragma warning disable CA2000 // The caller's, with the host.
        IJobStore store = options.Database is { } database
            ? await PostgresJobStore.OpenAsync(database, time: null, cancellation)
            : FileJobStore.Open(options.Folder);
#pragma warning restore CA2000
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.ClearProviders().AddSimpleConsole().SetMinimumLevel(LogLevel.Warning).AddFilter("Orleans", LogLevel.Critical);
        var cluster = store is PostgresJobStore jobs
            ? await ClusterName.OfAsync(jobs.Membership, "cluster", gateways: [], cancellation)
            : ClusterName.OfOne("cluster");
        builder.UseOrleans(silo => OrleansClustering.Configure(silo, new SiloOptions
        {
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
            DataFolder = options.Folder,
            Devices = [],
            Clustering = clustered ? $"postgres:{options.Database}" : "localhost",
            SiloPort = FreePort.Next(),
            GatewayPort = FreePort.Next(),
        }, cluster));
        builder.Services.AddSingleton(store)
            .AddSingleton<INodeHost>(new NoOpNode($"node-{Environment.ProcessId}", options.Slots))
            .AddSingleton<IJobHost>(new ThroughputJobs(options.InFlight))
            .AddClusterGrains(new GrainOptions { AttemptsPerJob = options.InFlight });
        var host = builder.Build();
        await host.StartAsync(cancellation);
        return (host, store);
    }
}
