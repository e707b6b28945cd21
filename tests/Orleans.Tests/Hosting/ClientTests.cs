using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Cluster.OrleansTests;

/// <summary>A client in a host of its own, of a silo in this process.</summary>
public sealed class ClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Client_OfAStaticGateway_CallsTheGrainsOfItsSilo()
    {
        await using var silo = await TestSilo.StartAsync();
        using var host = Build(client => client
            .UseStaticClustering(new IPEndPoint(IPAddress.Loopback, silo.GatewayPort))
            .Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = ("test", "test")));
        await host.StartAsync(Token);
        var key = Gate.New();

        await host.Services.GetRequiredService<IClusterClient>().GetGrain<ICounterGrain>(key).AddAsync(2);
        await host.Services.GetRequiredService<IGrainFactory>().GetGrain<ICounterGrain>(key).AddAsync(3);

        (await silo.Grains.GetGrain<ICounterGrain>(key).AddAsync(0)).ShouldBe(5);
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task Client_WithoutClustering_DoesNotStart()
    {
        using var host = Build(_ => { });

        // The stand-in's configuration error, or the host's word about a service that nobody added.
        (await Should.ThrowAsync<Exception>(host.StartAsync(Token))).Message.ShouldMatch("[Cc]lustering|IGatewayListProvider");
    }

    [Fact]
    public async Task Client_WhoseSiloStartsLater_IsAskedWhetherToTryAgain()
    {
        TestSilo? silo = null;
        var (siloPort, gatewayPort) = (TestSilo.FreePort(), TestSilo.FreePort());
        var asked = 0;
        using var host = Build(client => client
            .UseLocalhostClustering(gatewayPort, serviceId: "test", clusterId: "test")
            .UseConnectionRetryFilter(async (_, _) =>
            {
                silo ??= await TestSilo.StartAsync(siloPort, gatewayPort);
                asked++;
                return !Token.IsCancellationRequested;
            }));

        await host.StartAsync(Token);

        asked.ShouldBeGreaterThan(0);
        (await host.Services.GetRequiredService<IClusterClient>().GetGrain<ICounterGrain>(Gate.New()).AddAsync(1)).ShouldBe(1);
        await host.StopAsync(Token);
        await silo.ShouldNotBeNull().DisposeAsync();
    }

    private static IHost Build(Action<IClientBuilder> configure)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleansClient(configure);
        return builder.Build();
    }
}
