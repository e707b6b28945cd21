using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime;

namespace Orleans.Hosting;

internal sealed class ClientBuilder : IClientBuilder
{
    public ClientBuilder(IServiceCollection services, IConfiguration configuration)
    {
        Services = services;
        Configuration = configuration;
        services.AddLogging();
        services.AddOptions();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(this);
        services.AddSingleton<LocalClient>();
        services.AddSingleton<IClusterClient>(static provider => provider.GetRequiredService<LocalClient>());
        services.AddSingleton<IGrainFactory>(static provider => provider.GetRequiredService<LocalClient>());
        services.AddSingleton<IHostedService>(static provider => provider.GetRequiredService<LocalClient>());
    }

    public IServiceCollection Services { get; }

    public IConfiguration Configuration { get; }

    /// <summary>The gateways that it may connect to; null: nothing was said about the cluster.</summary>
    public IReadOnlyList<IPEndPoint>? Gateways { get; set; }

    /// <summary>Whether another attempt is made after one that failed; none is without it.</summary>
    public Func<Exception, CancellationToken, Task<bool>>? RetryFilter { get; set; }

    public static ClientBuilder Of(IClientBuilder builder) =>
        builder as ClientBuilder ?? throw new ArgumentException("The builder is not of this runtime.", nameof(builder));
}
