using Cluster.Grains.Jobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Cluster.Grains.Hosting;

/// <summary>The silo's services for grains, besides <see cref="INodeHost"/>, <see cref="IJobHost"/> and a job store.</summary>
public static class GrainServices
{
    /// <summary>Adds the grains' services. Call it after the silo is added: hosted services stop in the reverse order.</summary>
    /// <param name="services">The silo's services.</param>
    /// <param name="options">Timing of the cluster's life signs.</param>
    /// <param name="roles">The silo's roles.</param>
    public static IServiceCollection AddClusterGrains(
        this IServiceCollection services, GrainOptions options, SiloRoles roles = SiloRoles.All)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<LocalNode>();
        services.AddSingleton<LocalWork>();
        services.TryAddSingleton<ClusterNodes>();
        services.AddSingleton<Preparation>();
        services.AddSingleton<INodeServices, NodeServices>();
        services.AddSingleton<IIncomingGrainCallFilter, ProblemFilter>();
        services.AddOptions<SiloOptions>().Configure<INodeHost>((silo, host) => silo.SiloName = host.Id);
        services.AddOrleans(silo => silo.AddGrainService<NodeService>().UseSiloMetadata(SiloRoleMetadata.Of(roles)));
        services.AddPlacementDirector<OneCoordinator, OneCoordinatorDirector>();
        services.AddPlacementFilter<OnCoordinators, SiloRoleMetadata>(ServiceLifetime.Singleton);
        services.AddSingleton<JobEntries>();
        services.AddSingleton<KeptJobs>().AddHostedService(provider => provider.GetRequiredService<KeptJobs>());
        services.AddSingleton<MemberChanges>();
        services.AddSingleton<LostSilos>();
        if (roles.HasFlag(SiloRoles.Worker))
        {
            services.AddHostedService<NodeAnnouncer>();
        }

        if (roles.HasFlag(SiloRoles.Coordinator))
        {
            services.AddHostedService<JobKeeper>();
        }

        return services;
    }
}
