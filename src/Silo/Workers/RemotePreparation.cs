using Cluster.Grains.Nodes;
using Cluster.Grains.Ports;
using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace Cluster.Silo.Workers;

/// <summary>Adds what reads jobs' files on nodes of the cluster.</summary>
internal static class RemotePreparation
{
    public static IServiceCollection AddRemotePreparer(this IServiceCollection services, GrainOptions options) =>
        services.AddNodePreparations(options).AddSingleton<IJobPreparer, RemotePreparer>();

    /// <summary>What it asks nodes with.</summary>
    public static IServiceCollection AddNodePreparations(this IServiceCollection services, GrainOptions options) => services
        .AddSingleton(provider => new NodePreparations(provider.GetRequiredService<IGrainFactory>(), options, TimeProvider.System));
}
