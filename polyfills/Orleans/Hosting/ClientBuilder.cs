using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.Hosting;

internal sealed class ClientBuilder : IClientBuilder
{
    public ClientBuilder(IServiceCollection services, IConfiguration configuration)
    {
        Services = services;
        Configuration = configuration;
        services.AddOptions();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(this);
        services.AddSingleton(provider => new GrainFactory(
            provider,
            new GrainCalls(
                () => Silo(provider.GetRequiredService<IOptions<ClusterOptions>>().Value),
                () => provider.GetRequiredService<IOptions<ClientMessagingOptions>>().Value)));
        services.AddSingleton<IGrainFactory>(static provider => provider.GetRequiredService<GrainFactory>());
        services.AddSingleton<IClusterClient>(static provider => provider.GetRequiredService<GrainFactory>());
        services.AddSingleton<IHostedService, ClientConnection>();
    }

    public IServiceCollection Services { get; }

    public IConfiguration Configuration { get; }

    public int GatewayPort { get; set; } = CoreHostingExtensions.DefaultGatewayPort;

    public LocalSilo Silo(ClusterOptions cluster) =>
        RunningSilos.Find(GatewayPort, cluster.ServiceId, cluster.ClusterId) ?? throw new SiloUnavailableException(
            $"There is no silo of cluster '{cluster.ClusterId}' with gateway port {GatewayPort} in this process, and the one-process stand-in for Orleans "
            + "reaches no other: restore Microsoft.Orleans.Client and Microsoft.Orleans.Server.");
}
