using System.Globalization;
using System.Net;
using Cluster.Coordinator;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Storage;
using Cluster.Grains.Hosting;
using Cluster.Silo.Storage.Postgres;
using Cluster.Silo.Workers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;

namespace Cluster.Silo.Hosting;

/// <summary>Puts a silo together: job store, slots, grains, services.</summary>
internal static class SiloHost
{
    /// <exception cref="JobException">The data folder or the database cannot be used.</exception>
    public static async Task<WebApplication> BuildAsync(SiloOptions options, CancellationToken cancellation)
    {
        var folders = new SiloFolders(options);
        Directory.CreateDirectory(folders.Root);
        IJobStore store = options.Database is { } database
            ? await PostgresJobStore.OpenAsync(database, TimeProvider.System, cancellation)
            : FileJobStore.Open(folders.Root);

        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [], ApplicationName = "Cluster.Silo" });
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(options.Listen, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "HH:mm:ss.fff ";
        });
        builder.Logging.AddFilter("Orleans", LogLevel.Warning).AddFilter("Microsoft", LogLevel.Warning).SetMinimumLevel(LogLevel.Information);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.DrainLimit + TimeSpan.FromSeconds(10));

        var grains = GrainTimes(options);
        builder.UseOrleans(silo => OrleansClustering.Configure(silo, options));
        builder.Services.AddSingleton(store).AddSingleton<IArtefactStore>(new FolderArtefactStore(folders.Artefacts));
        builder.Services.AddSingleton(_ => Slots(options, folders));
        builder.Services.AddSingleton<INodeHost>(services => services.GetRequiredService<SlotHost>());
        builder.Services.AddSingleton<IJobPreparer>(services => services.GetRequiredService<SlotHost>());
        builder.Services.AddSingleton<IJobHost>(new ClusterJobHost(grains, options.EvaluationCache is { } cache ? new FolderEvaluationCache(cache) : null));
        builder.Services.AddClusterGrains(grains);
        return builder.Build();
    }

    private static GrainOptions GrainTimes(SiloOptions options) => options.NoticesLossesFast
        ? new GrainOptions { AnnounceEvery = TimeSpan.FromMilliseconds(500), KeepAliveEvery = TimeSpan.FromMilliseconds(500), Lease = TimeSpan.FromSeconds(10), LongestWait = TimeSpan.FromSeconds(1) }
        : new GrainOptions();

    private static SlotHost Slots(SiloOptions options, SiloFolders folders)
    {
        // Unique for each start, so that the dead are never mistaken for the living.
        string id = string.Create(CultureInfo.InvariantCulture, $"{Dns.GetHostName().ToLowerInvariant()}-{Environment.ProcessId}-{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds():x}");
        return new SlotHost(id, options.Devices, Worker);

        ISlotWorker Worker(string device) => options.InProcess
            ? new InProcessWorker(folders.Node, options.AllowSynthetic)
            : new ChildProcessWorker(new WorkerOptions
            {
                Folders = folders.Node,
                Device = device,
                Slots = options.Devices.Count,
                AllowSynthetic = options.AllowSynthetic,
                MemoryLimit = options.MemoryLimit,
                RunLimit = options.ItemLimit,
            });
    }
}
