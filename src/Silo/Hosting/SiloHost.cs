using System.Globalization;
using System.Net;
using Cluster.Coordinator;
using Cluster.Coordinator.Ports;
using Cluster.Evaluation.Setup;
using Cluster.Grains.Hosting;
using Cluster.Grains.Ports;
using Cluster.Silo.Api;
using Cluster.Silo.Api.Paging;
using Cluster.Silo.Telemetry;
using Cluster.Silo.Workers;
using Cluster.Storage.Files;
using Cluster.Storage.Locks;
using Cluster.Storage.Postgres;
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
        string? token = StartChecks.Token(options.TokenFile);

        // Checked first: a missing native library is one sentence here, but a stack trace once the host starts.
        _ = OpenedJob.CurrentVersions();
        var folders = new SiloFolders(options);
        Directory.CreateDirectory(folders.Root);
        folders.RequireShareable();
        new MachineLock(options.MachineLock).RequireUsable();
#pragma warning disable CA2000 // The container disposes of it, by way of OwnedStore.
        var store = await OpenStoreAsync(options, folders, cancellation);
#pragma warning restore CA2000

        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [], ApplicationName = "Cluster.Silo" });
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(options.Listen, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "HH:mm:ss.fff ";
        });
        builder.Logging.LeaveOutWhatIsUsual();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.StopLimit);

        var grains = GrainTimes(options);
        string id = NodeId();

        // Before the silo: hosted services stop in reverse order, so its last telemetry is still sent.
        builder.AddClusterTelemetry(id);
        builder.UseOrleans(silo => OrleansClustering.Configure(silo, options));
        builder.Services.AddSingleton(_ => new OwnedStore(store));
        builder.Services.AddSingleton(services => services.GetRequiredService<OwnedStore>().Store);
        var artefacts = new FolderArtefactStore(folders.Artefacts);
        builder.Services.AddSingleton<IArtefactStore>(artefacts);
        builder.Services.AddHostedService(services => new ArtefactSweep(
            artefacts,
            services.GetRequiredService<NamedArtefacts>(),
            options.KeepUnnamed,
            TimeProvider.System,
            services.GetRequiredService<ILogger<ArtefactSweep>>()));
        builder.Services.AddSingleton(services => Slots(id, options, folders, services.GetRequiredService<SiloMetrics>()));
        builder.Services.AddSingleton<INodeHost>(services => services.GetRequiredService<SlotHost>());
        builder.Services.AddClusterMetering();
        builder.Services.AddSingleton<IJobPreparer>(services => services.GetRequiredService<SlotHost>());
        builder.Services.AddSingleton<IJobHost>(services => new ClusterJobHost(
            grains,
            services.GetRequiredService<IJobPreparer>(),
            options.EvaluationCache,
            services.GetRequiredService<ILogger<ClusterJobHost>>()));
        builder.Services.AddClusterGrains(grains);
        builder.Services.AddClusterApi(new ApiOptions
        {
            Token = token,
            PageTokenKey = options.Database is { } secret ? PageTokenKey.FromSecret(secret) : PageTokenKey.FromFile(folders.PageTokenKey),
            MaxArtefactBytes = options.MaxArtefactBytes,
            CallsPerPeriod = options.CallsPerSecond,
            Told = new NodeText(folders.Node, folders.Root).Told,
        });
        var silo = builder.Build();
        folders.Show(silo.Services.GetRequiredService<SiloMetrics>());
        new GpuWatch(silo.Services.GetRequiredService<SiloMetrics>(), silo.Services.GetRequiredService<ILogger<GpuWatch>>())
            .Begin(options.Devices);
        silo.MapClusterApi();

        // Health and streams end before anything is torn down.
        silo.Lifetime.ApplicationStopping.Register(() => _ = silo.Services.GetRequiredService<ServerState>().DrainAsync());
        return silo;
    }

#pragma warning disable CA2000 // The caller owns the store.
    private static async Task<IJobStore> OpenStoreAsync(
        SiloOptions options, SiloFolders folders, CancellationToken cancellation) =>
        options.Database is { } database
            ? await PostgresJobStore.OpenAsync(database, TimeProvider.System, cancellation)
            : FileJobStore.Open(folders.Root);
#pragma warning restore CA2000

    // Unique for each start, so that a dead silo is never mistaken for a live one.
    private static string NodeId() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Dns.GetHostName().ToLowerInvariant()}-{Environment.ProcessId}-{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds():x}");

    private static GrainOptions GrainTimes(SiloOptions options) => options.NoticesLossesFast
        ? new GrainOptions
        {
            AnnounceEvery = TimeSpan.FromMilliseconds(500),
            KeepAliveEvery = TimeSpan.FromMilliseconds(500),
            Lease = TimeSpan.FromSeconds(10),
            LongestWait = TimeSpan.FromSeconds(1),
            DrainLimit = options.DrainLimit
        }
        : new GrainOptions { DrainLimit = options.DrainLimit };

    private static SlotHost Slots(string id, SiloOptions options, SiloFolders folders, SiloMetrics metrics)
    {
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
                MachineLock = options.MachineLock,
                RunLimit = options.ItemLimit,
                StageEnded = StageTelemetry.For(metrics),
                ChildLost = kind => metrics.Restarted(kind),
            });
    }
}
