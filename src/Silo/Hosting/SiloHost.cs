using Cluster.Grains.Hosting;
using Cluster.Storage.Locks;

namespace Cluster.Silo.Hosting;

/// <summary>Assembles a silo: job store, slots, grains, services.</summary>
internal static partial class SiloHost
{
    /// <param name="options">What the silo is.</param>
    /// <param name="cancellation">Ends the wait for a database.</param>
    /// <param name="tell">Receives a line that says what the start waits for.</param>
    /// <exception cref="JobException">The data folder or the database cannot be used.</exception>
    public static async Task<WebApplication> BuildAsync(
        SiloOptions options, CancellationToken cancellation, Action<string>? tell = null)
    {
        var tokens = CallerTokens.Read(options.TokenFile, options.TokensFile);
        bool isWorker = options.Roles.HasFlag(SiloRoles.Worker);
        if (isWorker)
        {
            // Checked first: here a missing native library is one sentence, but a stack trace once the host starts.
            _ = OpenedJob.CurrentVersions();
        }

        var folders = new SiloFolders(options);
        folders.MakeRoot();
        folders.RequireShareable();
        new MachineLock(options.MachineLock).RequireUsable();
        var stores = await ClusterStores.OpenAsync(options, folders, tell, cancellation);

        string id = ServerHost.NewId();
        var others = options.Encryption.LoadForSilos();
        var builder = ServerHost.Create(options, tokens, others, id);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.StopLimit);
        var grains = GrainTimes(options);
        builder.UseOrleans(silo =>
        {
            OrleansClustering.Configure(silo, options, stores.Cluster, others);
            if (options.OrleansDashboard)
            {
                OrleansPage.Add(silo);
            }
        });
        builder.Services.AddSingleton(_ => new OwnedStore(stores.Jobs));
        ServerHost.AddStores(builder, stores, options.CopiedBytes);
        ServerHost.AddSweep(builder, options.Retention);
        AddNode(builder.Services, id, options, folders, grains);
        builder.Services.AddSingleton<IJobHost>(services => new ClusterJobHost(
            grains,
            options.EvaluationCache,
            services.GetRequiredService<SiloMetrics>().Searches,
            services.GetRequiredService<ILogger<ClusterJobHost>>()));
        builder.Services.AddClusterGrains(grains, options.Roles);
        byte[] key = options.Database is { } secret ? PageTokenKey.FromSecret(secret) : PageTokenKey.FromFile(folders.PageTokenKey);
        builder.Services.AddClusterApi(
            ServerHost.ApiOptions(options, tokens, key, new NodeText(folders.Node, folders.Root)) with { Retention = options.Retention });
        var silo = ServerHost.Build(builder, options);
        _ = silo.Services.GetRequiredService<OwnedStore>();
        var metrics = silo.Services.GetRequiredService<SiloMetrics>();
        folders.Show(metrics);
        var lost = silo.Services.GetRequiredService<LostSilos>();
        metrics.AddLosses(() => lost.Count);
        metrics.AddWaits(silo.Services.GetRequiredService<JobWaits>().Count);
        if (stores.Jobs is FileJobStore files)
        {
            var logger = silo.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(SiloHost));
            files.TellLeftOut(problem => LogLeftOut(logger, problem));
        }

        return silo;
    }

    private static void AddNode(
        IServiceCollection services, string id, SiloOptions options, SiloFolders folders, GrainOptions grains)
    {
        services.AddSingleton<INodeHost>(provider => Slots(id, options, folders, provider));
        if (options.Roles.HasFlag(SiloRoles.Worker))
        {
            services.AddHostedService(provider => ActivatorUtilities.CreateInstance<CacheSweep>(provider, folders.Node));
            services.AddHostedService(
                provider => ActivatorUtilities.CreateInstance<GpuWatch>(provider, options.Slots, Nvml.FileName));
        }
    }

    private static GrainOptions GrainTimes(SiloOptions options) => options.NoticesLossesFast
        ? new GrainOptions
        {
            AnnounceEvery = TimeSpan.FromMilliseconds(500),
            KeepAliveEvery = TimeSpan.FromMilliseconds(500),
            Lease = TimeSpan.FromSeconds(10),
            LongestWait = TimeSpan.FromSeconds(1),
            ClientPatience = TimeSpan.FromSeconds(3),
            DrainLimit = options.DrainLimit
        }
        : new GrainOptions { DrainLimit = options.DrainLimit };

    private static SlotHost Slots(string id, SiloOptions options, SiloFolders folders, IServiceProvider provider)
    {
        // A silo that only coordinates has no native libraries to ask.
        var versions = options.Roles.HasFlag(SiloRoles.Worker) ? OpenedJob.CurrentVersions() : null;
        SlotStatus[] slots = versions is null
            ? []
            : options.Offered?.Invoke(versions) ?? OfferedSlots.Of(options.Slots, versions, options.MachineKind);
        var metrics = provider.GetRequiredService<SiloMetrics>();

        // Late, as the cluster's client needs this node.
        var scores = new Lazy<ClientScores>(() => ActivatorUtilities.CreateInstance<ClientScores>(provider));
        return new SlotHost(id, slots, versions, Supplied, metrics, provider.GetRequiredService<ILogger<SlotHost>>());

        // Workers read a folder, for every kind of store.
        ISlotWorker Supplied(SlotStatus slot) => provider.GetService<BucketArtefactStore>() is { } bucket
            ? new SuppliedWorker(Worker(slot), bucket)
            : Worker(slot);

        ISlotWorker Worker(SlotStatus slot) => options.Worker?.Invoke(folders.Node)
            ?? new ChildProcessWorker(new WorkerOptions
            {
                Folders = folders.Node,
                Device = slot.Device,
                DeviceClass = slot.HasOwnDevice ? slot.DeviceClass : null,
                Slots = options.Slots.Count,
                Command = options.Child,
                MemoryLimit = options.MemoryLimit,
                MachineLock = options.MachineLock,
                RunLimit = options.ItemLimit,
                Worked = Report,
                Trained = metrics.Searches.Trained,
                Scores = (job, asked, stop) => scores.Value.AskAsync(job, asked, stop),
                ChildLost = kind => metrics.Restarted(kind),
            });

        void Report(EvaluatorWork work)
        {
            foreach (var stage in work.Times.Stages)
            {
                metrics.StageEnded(Labels.Of(stage.Stage), stage.Duration);
            }

            ClusterTracing.Evaluated(work);
        }
    }

    [LoggerMessage(
        EventId = 2303, EventName = "jobs.leftOut", Level = LogLevel.Error, Message = "A job is left out, and the others go on: {Problem}")]
    private static partial void LogLeftOut(ILogger logger, string problem);
}
