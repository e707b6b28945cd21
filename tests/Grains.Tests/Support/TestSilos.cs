using Orleans.TestingHost;

namespace Cluster.Grains.Tests.Support;

/// <summary>Silos and a client that are one cluster, in the test's process: what they say to each other is serialized.</summary>
internal sealed class TestSilos : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;

    private TestSilos(InProcessTestCluster cluster) => _cluster = cluster;

    /// <summary>Each silo, then the client.</summary>
    public IGrainFactory[] Callers => [.. Silos.Select(silo => silo.GetRequiredService<IGrainFactory>()), _cluster.Client];

    /// <summary>Their services.</summary>
    public IServiceProvider[] Silos => [.. _cluster.Silos.Select(silo => silo.ServiceProvider)];

    /// <param name="store">The store of both.</param>
    /// <param name="node">The node of a silo by its id.</param>
    /// <param name="more">What else a silo has.</param>
    /// <param name="roles">What each silo is there for; null: everything.</param>
    /// <param name="count">How many silos.</param>
    public static async Task<TestSilos> StartAsync(
        IJobStore store,
        Func<string, INodeHost> node,
        Action<IServiceCollection>? more = null,
        Queue<SiloRoles>? roles = null,
        short count = 2)
    {
        var builder = new InProcessTestClusterBuilder(count);
        builder.ConfigureSiloHost((silo, host) =>
        {
            // Before the grains' own services, which stop before it.
            host.UseOrleans(_ => _.UseInMemoryReminderService());
            more?.Invoke(host.Services);
            host.Services
                .AddSingleton(store)
                .AddSingleton(node(silo.SiloName))
                .AddSingleton<IJobHost>(new ClusterJobs())
                .AddClusterGrains(TestSilo.Quick, roles?.Dequeue() ?? SiloRoles.All);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new TestSilos(cluster);
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
    }
}
