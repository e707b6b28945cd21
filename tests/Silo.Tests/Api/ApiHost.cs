using Cluster.Contract.V1;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Search;
using Cluster.Grains.Hosting;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Orleans.Hosting;
using JobSpec = Cluster.Contract.V1.JobSpec;

namespace Cluster.Silo.Tests.Api;

/// <summary>
/// A silo with its services on a free port of the loopback address: real grains and stores, a synthetic node, and a
/// channel to it.
/// </summary>
internal sealed class ApiHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly WorkFolder _folder;
    private readonly FileJobStore _store;

    private ApiHost(
        WebApplication app, WorkFolder folder, FileJobStore store, FolderArtefactStore artefacts, SyntheticNode node, int gatewayPort)
    {
        (_app, _folder, _store, Artefacts, Node, GatewayPort) = (app, folder, store, artefacts, node, gatewayPort);
        Channel = GrpcChannel.ForAddress(app.Urls.Single());
        Jobs = new JobService.JobServiceClient(Channel);
        Nodes = new NodeService.NodeServiceClient(Channel);
        Files = new ArtefactService.ArtefactServiceClient(Channel);
    }

    public GrpcChannel Channel { get; }

    public JobService.JobServiceClient Jobs { get; }

    public NodeService.NodeServiceClient Nodes { get; }

    public ArtefactService.ArtefactServiceClient Files { get; }

    public FolderArtefactStore Artefacts { get; }

    public SyntheticNode Node { get; }

    /// <summary>Where clients of Orleans find the silo.</summary>
    public int GatewayPort { get; }

    /// <summary>The folder of <see cref="Artefacts"/>.</summary>
    public string ArtefactFolder => _folder["artefacts"];

    public IServiceProvider Services => _app.Services;

    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    public static byte[] Key { get; } = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    /// <param name="options">Settings of the services.</param>
    /// <param name="configure">More services; those of ports given here win.</param>
    /// <param name="slots">Slots of the node.</param>
    public static async Task<ApiHost> StartAsync(ApiOptions? options = null, Action<WebApplicationBuilder>? configure = null, int slots = 2)
    {
        var folder = new WorkFolder();
        var store = FileJobStore.Open(folder.Root);
        var artefacts = new FolderArtefactStore(folder["artefacts"]);
        var node = new SyntheticNode(new NodeFolders(folder["artefacts"], folder["cache"]), slots);
        var (port, gatewayPort) = (FreePort.Next(), FreePort.Next());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(
            kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2));
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(port, gatewayPort, serviceId: "test", clusterId: "test")
            .UseInMemoryReminderService()
            .AddActivityPropagation());
        builder.Services
            .AddSingleton<IJobStore>(services => ActivatorUtilities.CreateInstance<MeteredJobStore>(services, store))
            .AddSingleton<INodeHost>(services => new SlotHost(
                "node-1",
                node.Slots,
                versions: null,
                node.WorkerOf,
                services.GetRequiredService<SiloMetrics>(),
                services.GetRequiredService<ILogger<SlotHost>>()));
        builder.Services.AddSingleton<IArtefactStore>(artefacts)
            .AddSingleton<IArtefactClaims>(new FolderArtefactClaims(folder["artefacts"]))
            .AddSingleton(Owners.Of(folder["artefacts"]))
            .AddSingleton<IJobHost>(new ClusterJobs());
        builder.Services.AddClusterGrains(new GrainOptions
        {
            AnnounceEvery = TimeSpan.FromMilliseconds(50),
            KeepAliveEvery = TimeSpan.FromMilliseconds(100),
            LongestWait = TimeSpan.FromSeconds(2),
            ForgetEvery = TimeSpan.FromMilliseconds(20),
        });
        builder.Services.AddClusterApi(options ?? new ApiOptions { PageTokenKey = Key });
        configure?.Invoke(builder);
        var app = builder.Build();
        app.MapClusterApi();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new ApiHost(app, folder, store, artefacts, node, gatewayPort);
    }

    /// <summary>A request for a synthetic job whose model file was uploaded.</summary>
    public async Task<CreateJobRequest> RequestAsync(string target = "synthetic:groups=8,ms=0..1")
    {
        var model = await UploadAsync([1, 2, 3]);
        return new CreateJobRequest
        {
            DisplayName = "a job",
            Spec = new JobSpec { Model = model.Name, Calibration = new DataSet { Spec = "folder:/calibration" }, Target = target }
        };
    }

    public async Task<Job> CreateAsync(string target = "synthetic:groups=8,ms=0..1") =>
        (await Jobs.CreateJobAsync(await RequestAsync(target))).Job;

    public async Task<Artefact> UploadAsync(byte[] bytes)
    {
        using var call = Files.UploadArtefact();
        return (await Uploads.SendAsync(call, bytes)).Artefact;
    }

    /// <inheritdoc cref="WatchAsync(JobService.JobServiceClient, string, long, Func{JobEvent, bool}, Metadata)"/>
    public Task<IReadOnlyList<JobEvent>> WatchAsync(
        string job, long after = 0, Func<JobEvent, bool>? until = null, Metadata? headers = null) =>
        WatchAsync(Jobs, job, after, until, headers);

    /// <summary>All events after a sequence number, to the job's end.</summary>
    public static async Task<IReadOnlyList<JobEvent>> WatchAsync(
        JobService.JobServiceClient jobs, string job, long after = 0, Func<JobEvent, bool>? until = null, Metadata? headers = null)
    {
        using var call = jobs.WatchJob(new WatchJobRequest { Name = job, AfterSequence = after }, headers);
        var events = new List<JobEvent>();
        while (await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken))
        {
            events.Add(call.ResponseStream.Current);
            if (until?.Invoke(call.ResponseStream.Current) == true)
            {
                break;
            }
        }

        return events;
    }

    public async ValueTask DisposeAsync()
    {
        Node.Release();
        Channel.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _store.Dispose();
        _folder.Dispose();
    }

    private sealed class ClusterJobs : IJobHost
    {
        public JobRunnerOptions OptionsFor(JobEntry job) => new() { Workers = 8 };

        public ISearchStrategy StrategyFor(JobEntry job) => SearchStrategies.Of(job.Spec.Options);
    }
}
