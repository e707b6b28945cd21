using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Cluster.OrleansTests;

public sealed class HostingTests
{
    [Fact]
    public async Task Silo_WithoutClustering_DoesNotStart()
    {
        using var host = Build(_ => { });

        // The stand-in's configuration error, or the host's word about a service that nobody added.
        (await Should.ThrowAsync<Exception>(host.StartAsync(TestContext.Current.CancellationToken)))
            .Message.ShouldMatch("[Cc]lustering|IMembershipTable");
    }

    [Fact]
    public async Task Silo_CollectionAgeBelowTheQuantum_DoesNotStart()
    {
        using var host = Build(silo => silo.UseLocalhostClustering()
            .Configure<GrainCollectionOptions>(options => options.CollectionAge = TimeSpan.FromSeconds(1)));

        (await Should.ThrowAsync<OrleansConfigurationException>(host.StartAsync(TestContext.Current.CancellationToken)))
            .Message.ShouldContain(nameof(GrainCollectionOptions.CollectionQuantum));
    }

    private static IHost Build(Action<ISiloBuilder> configure)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(configure);
        return builder.Build();
    }
}
