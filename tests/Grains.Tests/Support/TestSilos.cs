using Cluster.Coordinator.Ports;
using Cluster.Grains.Hosting;
using Cluster.Grains.Ports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Hosting;
using Orleans.TestingHost;

namespace Cluster.Grains.Tests.Support;

/// <summary>Two silos and a client that are one cluster, in the test's process: what they say to each other is serialized.</summary>
internal sealed class TestSilos : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;

    private TestSilos(InProcessTestCluster cluster) => _cluster = cluster;

    /// <summary>Each silo, then the client.</summary>
    public IGrainFactory[] Callers =>
        [.. _cluster.Silos.Select(silo => silo.ServiceProvider.GetRequiredService<IGrainFactory>()), _cluster.Client];

    /// <param name="store">The store of both.</param>
    /// <param name="node">The node of a silo by its id.</param>
    /// <param name="more">What else a silo has.</param>
    public static async Task<TestSilos> StartAsync(IJobStore store, Func<string, INodeHost> node, Action<IServiceCollection>? more = null)
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSiloHost((silo, host) =>
        {
            // Before the grains' own services, which stop before it.
            host.UseOrleans(_ => _.UseInMemoryReminderService());
            more?.Invoke(host.Services);
            host.Services
                .AddSingleton(store)
                .AddSingleton(node(silo.SiloName))
                .AddSingleton<IJobHost>(new ClusterJobs())
                .AddClusterGrains(TestSilo.Quick);
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
