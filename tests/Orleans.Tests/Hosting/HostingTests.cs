using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Cluster.OrleansTests;

public sealed partial class HostingTests
{
    [Fact]
    public async Task Client_OfASilo_CallsItsGrains()
    {
        await using var silo = await TestSilo.StartAsync();
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleansClient(client => client.UseLocalhostClustering(silo.GatewayPort));
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);

        var counter = host.Services.GetRequiredService<IClusterClient>().GetGrain<ICounterGrain>("shared");
        await counter.AddAsync(3);

        (await silo.Grains.GetGrain<ICounterGrain>("shared").GetAsync()).Value.ShouldBe(3);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task HostBuilder_UseOrleans_RunsASilo()
    {
        using var host = Host.CreateDefaultBuilder()
            .ConfigureLogging(logging => logging.ClearProviders())
            .UseOrleans((_, silo) => silo.UseLocalhostClustering(siloPort: 21_111, gatewayPort: 23_000)).Build();
        await host.StartAsync(TestContext.Current.CancellationToken);

        (await host.Services.GetRequiredService<IClusterClient>().GetGrain<ICounterGrain>("one").AddAsync(1)).ShouldBe(1);

        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task StartupTask_MayCallGrains()
    {
        await using var silo = await TestSilo.StartAsync(builder => builder.AddStartupTask(async (services, _) =>
            await services.GetRequiredService<IGrainFactory>().GetGrain<ICounterGrain>("started").AddAsync(5)));

        (await silo.Grains.GetGrain<ICounterGrain>("started").GetAsync()).Value.ShouldBe(5);
    }

    [Fact]
    public async Task Silo_WithoutClustering_DoesNotStart()
    {
        using var host = Build(_ => { });

        // The stand-in's configuration error, or the host's word about a service that nobody added.
        (await Should.ThrowAsync<Exception>(host.StartAsync(TestContext.Current.CancellationToken))).Message.ShouldMatch("[Cc]lustering|IMembershipTable");
    }

    [Fact]
    public async Task Silo_CollectionAgeBelowTheQuantum_DoesNotStart()
    {
        using var host = Build(silo => silo.UseLocalhostClustering()
            .Configure<GrainCollectionOptions>(options => options.CollectionAge = TimeSpan.FromSeconds(1)));

        (await Should.ThrowAsync<OrleansConfigurationException>(host.StartAsync(TestContext.Current.CancellationToken)))
            .Message.ShouldContain(nameof(GrainCollectionOptions.CollectionQuantum));
    }

    [Fact]
    public void Silo_AskedForADatabaseCluster_NamesThePackageToRestore() => Refused(
        silo => silo.UseAdoNetClustering((AdoNetClusteringSiloOptions options) => options.Invariant = "Npgsql"), "Microsoft.Orleans.Clustering.AdoNet");

    [Fact]
    public void Silo_AskedToJoinAnother_NamesThePackageToRestore() => Refused(
        silo => silo.UseLocalhostClustering(siloPort: 11_112, primarySiloEndpoint: new IPEndPoint(IPAddress.Loopback, 11_111)), "Microsoft.Orleans.Server");

    private static void Refused(Action<ISiloBuilder> configure, string package)
    {
        Assert.SkipUnless(
            typeof(IGrain).Assembly.GetName().Name == "Microsoft.Orleans.Server", "Orleans is the package here, and serves more than one silo.");

        Should.Throw<OrleansConfigurationException>(() => Build(configure).Dispose()).Message.ShouldContain(package);
    }

    private static IHost Build(Action<ISiloBuilder> configure)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(configure);
        return builder.Build();
    }
}
