using Microsoft.Extensions.Logging;

namespace Cluster.Grains.Tests.Support;

/// <summary>A silo in the test's process, with a store in a folder.</summary>
internal sealed class TestSilo : IAsyncDisposable
{
    private static int s_port = 21_000;
    private readonly IHost _host;
    private readonly WatchedJobStore _store;

    private TestSilo(IHost host, WatchedJobStore store, CallWatch calls)
    {
        _host = host;
        _store = store;
        Calls = calls;
    }

    /// <summary>The calls of its grains.</summary>
    public CallWatch Calls { get; }

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    /// <summary>The service of a node; null where it is none of the cluster's.</summary>
    public ValueTask<INodeService?> FindNodeAsync(string id) => _host.Services.GetRequiredService<INodeServices>().FindAsync(id);

    /// <summary>The silo's own.</summary>
    public async Task<INodeService> NodeAsync() =>
        (await FindNodeAsync(_host.Services.GetRequiredService<INodeHost>().Id)).ShouldNotBeNull();

    /// <summary>The candidate grain of an attempt.</summary>
    public ICandidateGrain Candidate(Assignment assignment) => Grains.GetGrain<ICandidateGrain>(assignment.Key);

    public IJobStore Store => _store;

    /// <summary>Called before each append to a journal; throws where it is to fail.</summary>
    public Action? Appending
    {
        set => _store.Appending = value;
    }

    /// <summary>The journals of jobs that are still in memory.</summary>
    public int JournalsHeld => _store.JournalsHeld;

    public IJobCatalogGrain Catalog => Grains.GetGrain<IJobCatalogGrain>(0);

    public static GrainOptions Quick { get; } = new()
    {
        AnnounceEvery = TimeSpan.FromMilliseconds(50),
        KeepAliveEvery = TimeSpan.FromMilliseconds(100),
        Lease = TimeSpan.FromSeconds(30),
        LongestWait = TimeSpan.FromSeconds(2),
        ForgetEvery = TimeSpan.FromMilliseconds(20),
    };

    public static async Task<TestSilo> StartAsync(
        string folder, INodeHost node, IJobHost? jobs = null, GrainOptions? options = null, ILoggerProvider? log = null)
    {
        var store = new WatchedJobStore(FileJobStore.Open(folder));
        var port = Interlocked.Add(ref s_port, 2);
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        if (log is not null)
        {
            builder.Logging.AddProvider(log);
        }

        builder.UseOrleans(silo => silo.UseLocalhostClustering(port, port + 1).UseInMemoryReminderService());
        var calls = new CallWatch();
        builder.Services
            .AddSingleton<IIncomingGrainCallFilter>(calls)
            .AddSingleton<IJobStore>(store)
            .AddSingleton(node)
            .AddSingleton(jobs ?? new ClusterJobs())
            .AddClusterGrains(options ?? Quick);
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new TestSilo(host, store, calls);
    }

    public static JobEntry Entry(SyntheticNetwork network, string id = "j-1", string? requestId = null) => new()
    {
        Id = id,
        RequestId = requestId,
        CreatedAt = DateTimeOffset.UnixEpoch,
        Spec = network.Spec,
        Space = network.Space,
        Inputs = new JobInputs { Model = "model", Calibration = new DataLocation("folder:calibration") },
    };

    public async Task CreateAsync(JobEntry entry) => await Catalog.CreateAsync(Carried.Of(entry));

    /// <summary>Every record up to the job's end (or to the first that <paramref name="until"/> accepts).</summary>
    public async Task<IReadOnlyList<JournalRecord>> ReadAsync(string id, Func<JournalRecord, bool>? until = null)
    {
        var records = new List<JournalRecord>();
        while (true)
        {
            var token = TestContext.Current.CancellationToken;
            token.ThrowIfCancellationRequested();
            var job = Grains.GetGrain<IJobGrain>(id);
            var page = (await job.ReadAsync(records.Count, 100, TimeSpan.FromSeconds(2), token)).ShouldNotBeNull();
            var fresh = page.Records.Value<IReadOnlyList<JournalRecord>>();
            records.AddRange(fresh);
            if ((until is not null && fresh.Any(until)) || (page.Status.HasEnded() && records.Count == page.Total))
            {
                return records;
            }
        }
    }

    /// <summary>The listed status, once whoever ran the job has let it go: it follows the journal.</summary>
    public async Task<JobStatus> StatusAsync(string id)
    {
        await Grains.GetGrain<IJobGrain>(id).StopAsync();
        return (await _store.FindAsync(id, TestContext.Current.CancellationToken)).ShouldNotBeNull().Status;
    }

    /// <summary>Waits until lists show the job in a status, while it goes on.</summary>
    public async Task ListedAsync(string id, JobStatus status)
    {
        var token = TestContext.Current.CancellationToken;
        while (true)
        {
            var changed = _store.Changed;
            if ((await _store.FindAsync(id, token)).ShouldNotBeNull().Status == status)
            {
                return;
            }

            await changed.WaitAsync(token);
        }
    }

    /// <summary>Waits until something is so, which calls of a method of grains make so.</summary>
    public async Task UntilAsync(string method, Func<Task<bool>> isSo)
    {
        while (true)
        {
            var called = Calls.NextAsync(method);
            if (await isSo())
            {
                return;
            }

            await called;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
        _store.Dispose();
    }
}
