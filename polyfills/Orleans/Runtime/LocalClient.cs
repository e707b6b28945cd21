using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Orleans.Runtime;

/// <summary>A client of a silo in the same process, which it finds again where another one took its place.</summary>
internal sealed class LocalClient(
    IServiceProvider services, ClientBuilder setup, IOptions<ClientMessagingOptions> messaging, IOptions<ClusterOptions> cluster)
    : IClusterClient, IHostedService
{
    private volatile bool _isConnected;

    public IServiceProvider ServiceProvider => services;

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerKey => Factory().GetGrain<TGrainInterface>(primaryKey, grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey => Factory().GetGrain<TGrainInterface>(primaryKey, grainClassNamePrefix);

    /// <exception cref="OrleansConfigurationException">Nothing was said about the cluster.</exception>
    /// <exception cref="SiloUnavailableException">No gateway answers, and no other attempt is made.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (setup.Gateways is null)
        {
            throw new OrleansConfigurationException(
                "No clustering is configured: call UseLocalhostClustering(), or restore the package of another clustering provider.");
        }

        while (true)
        {
            try
            {
                _ = Silo();
                _isConnected = true;
                return;
            }
            catch (SiloUnavailableException failure) when (setup.RetryFilter is not null)
            {
                if (!await setup.RetryFilter(failure, cancellationToken))
                {
                    throw;
                }
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _isConnected = false;
        return Task.CompletedTask;
    }

    private GrainFactory Factory() => _isConnected
        ? new GrainFactory(new GrainCalls(Silo(), messaging.Value))
        : throw new InvalidOperationException("The client is not connected: start its host first.");

    private LocalSilo Silo() => LocalGateways.Find(setup.Gateways!, cluster.Value.ClusterId) ?? throw new SiloUnavailableException(
        $"Could not find any gateway of the cluster '{cluster.Value.ClusterId}' at {string.Join(", ", setup.Gateways!)}: "
        + "the stand-in for Orleans reaches silos of its own process only.");
}
