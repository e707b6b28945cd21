using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime;

namespace Orleans.Hosting;

internal sealed class SiloBuilder : ISiloBuilder
{
    public SiloBuilder(IServiceCollection services, IConfiguration configuration)
    {
        Services = services;
        Configuration = configuration;
        services.AddLogging();
        services.AddOptions();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(this);
        services.AddSingleton<LocalMembership>();
        services.AddSingleton<ISiloStatusOracle>(static provider => provider.GetRequiredService<LocalMembership>());
        services.AddSingleton<LocalSilo>();
        services.AddSingleton<IGrainFactory>(static provider => provider.GetRequiredService<LocalSilo>().Factory);
        services.AddTransient(static _ => RuntimeContext.Current
            ?? throw new InvalidOperationException($"{nameof(IGrainContext)} is for grains and what they own."));
        services.AddSingleton<IHostedService>(static provider => provider.GetRequiredService<LocalSilo>());
    }

    public IServiceCollection Services { get; }

    public IConfiguration Configuration { get; }

    /// <summary>Whether anything was said about the other silos.</summary>
    public bool IsClustered { get; set; }

    /// <summary>The port at which clients of this process find the silo; 0 for none.</summary>
    public int GatewayPort { get; set; }

    public static SiloBuilder Of(ISiloBuilder builder) =>
        builder as SiloBuilder ?? throw new ArgumentException("The builder is not of this runtime.", nameof(builder));
}
