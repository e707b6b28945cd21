using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Serialization;

namespace Cluster.OrleansTests;

/// <summary>What the stand-in promises beyond the package. The project leaves this file out where it is built on the package.</summary>
public sealed class StandInTests
{
    [Fact]
    public void Silo_AskedForADatabaseCluster_NamesThePackageToRestore() => Refused(
        silo => silo.UseAdoNetClustering((AdoNetClusteringSiloOptions options) => options.Invariant = "Npgsql"),
        "Microsoft.Orleans.Clustering.AdoNet");

    [Fact]
    public async Task Client_OfASiloWithoutAGateway_FindsNone()
    {
        await using var silo = await TestSilo.StartAsync(TestSilo.FreePort(), gatewayPort: 0);
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleansClient(client => client.UseLocalhostClustering(gatewayPort: 0));
        using var host = builder.Build();

        (await Should.ThrowAsync<SiloUnavailableException>(host.StartAsync(TestContext.Current.CancellationToken)))
            .Message.ShouldContain("Could not find any gateway");
    }

    // A next activation that is over at once must not stay where the next call, or the silo's end, looks for one. The package refuses
    // calls that would be handed on a third time.
    [Fact]
    public async Task Silo_StopsAfterGrainsThatLeftWithCallsWaiting_Ends()
    {
        await using var silo = await TestSilo.StartAsync();
        var grains = Enumerable.Range(0, 64).Select(_ => silo.Grains.GetGrain<ILifeGrain>(Gate.New())).ToArray();

        for (var round = 0; round < 1000; round++)
        {
            await Task.WhenAll(grains.SelectMany(grain => Enumerable.Range(0, 3).Select(_ => grain.LeaveAsync())));
        }

        await silo.StopAsync().WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Client_AskedForADatabaseCluster_NamesThePackageToRestore()
    {
        var builder = Host.CreateApplicationBuilder();
        Should.Throw<OrleansConfigurationException>(() => builder.UseOrleansClient(
            client => client.UseAdoNetClustering((AdoNetClusteringClientOptions options) => options.Invariant = "Npgsql")))
            .Message.ShouldContain("Microsoft.Orleans.Clustering.AdoNet");
    }

    [Fact]
    public void Silo_AskedToJoinAnother_NamesThePackageToRestore() => Refused(
        silo => silo.UseLocalhostClustering(siloPort: 11_112, primarySiloEndpoint: new IPEndPoint(IPAddress.Loopback, 11_111)),
        "Microsoft.Orleans.Server");

    [Fact]
    public async Task Exception_OwnTypeWithoutSerializer_ArrivesAsItWouldFromAnotherSilo()
    {
        await using var silo = await TestSilo.StartAsync();
        var failure = await Should.ThrowAsync<UnavailableExceptionFallbackException>(
            silo.Grains.GetGrain<IFailingGrain>(Gate.New()).ThrowBareAsync());

        failure.Message.ShouldBe("bare");
        failure.ExceptionType.ShouldBe(typeof(BareException).FullName);
        failure.ToString().ShouldContain(nameof(FailingGrain.ThrowBareAsync));
    }

    [Fact]
    public async Task Idle_LongerThanTheCollectionAge_IsDeactivated()
    {
        var time = new ManualTime();
        await using var silo = await TestSilo.StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(time));
        var key = Gate.New();
        var grain = silo.Grains.GetGrain<ILifeGrain>(key);
        var before = await grain.ActivationAsync();

        time.Advance(TimeSpan.FromMinutes(14));
        (await grain.ActivationAsync()).ShouldBe(before);
        time.Advance(TimeSpan.FromMinutes(14));
        (await grain.ActivationAsync()).ShouldBe(before);
        time.Advance(TimeSpan.FromMinutes(17));

        await Gate.PassedAsync($"{key} {DeactivationReasonCode.ActivationIdle}");
        (await grain.ActivationAsync()).ShouldNotBe(before);
    }

    private static void Refused(Action<ISiloBuilder> configure, string package)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        Should.Throw<OrleansConfigurationException>(() => builder.UseOrleans(configure)).Message.ShouldContain(package);
    }
}
