using Cluster.Grains.Jobs;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime.GrainDirectory;
using Orleans.Runtime.Hosting;
using Orleans.Runtime.Services;

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
        services.AddPlacementDirector<GrantedNode, KeyDirectory>();
        services.AddSingleton<KeyDirectory>();
        services.AddGrainDirectory(KeyDirectory.Name, static (silo, _) => silo.GetRequiredService<KeyDirectory>());
        services.AddSingleton<IGrainDirectoryCache>(static silo => silo.GetRequiredService<KeyDirectory>()); // of named directories only
        services.AddPlacementFilter<OnCoordinators, SiloRoleMetadata>(ServiceLifetime.Singleton);
        services.AddSingleton<JobEntries>();
        services.AddSingleton<JobWaits>();
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

/// <summary>Counts the silos that the cluster declared dead, without those that left properly. Thread-safe.</summary>
public sealed class LostSilos : ISiloStatusListener
{
    // A silo that leaves says so before it ends; a silo that was declared dead was last known as active.
    private readonly ConcurrentDictionary<SiloAddress, byte> _active = new();
    private long _count;

    /// <param name="members">The cluster's; holds listeners weakly, and this one lives as long as the silo's services.</param>
    public LostSilos(ISiloStatusOracle members) => members.SubscribeToSiloStatusEvents(this);

    /// <summary>The count since this silo started.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <inheritdoc/>
    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        if (status == SiloStatus.Active)
        {
            _active[updatedSilo] = 0;
        }
        else if (_active.TryRemove(updatedSilo, out _) && status == SiloStatus.Dead)
        {
            Interlocked.Increment(ref _count);
        }
    }
}

/// <summary>Finds nodes by the names of their silos, which are their ids.</summary>
internal sealed class NodeServices(
    IServiceProvider silo, IGrainFactory grains, IClusterMembershipService members, ISiloMetadataCache metadata)
    : GrainServiceClient<INodeService>(silo), INodeServices
{
    public IReadOnlyList<string> Names =>
    [
        .. members.CurrentSnapshot.Members.Values
            .Where(member => member.Status is SiloStatus.Active or SiloStatus.ShuttingDown
                && SiloRoleMetadata.RolesOf(metadata, member.SiloAddress).HasFlag(SiloRoles.Worker))
            .Select(member => member.Name),
    ];

    public async ValueTask<INodeService?> FindAsync(string node) => await SiloOfAsync(node) is { } found ? GetGrainService(found) : null;

    public async ValueTask<ICandidateGrain?> FindCandidateAsync(string key) =>
        await SiloOfAsync(NodeKey.NodeOf(key)) is null ? null : grains.GetGrain<ICandidateGrain>(key);

    private async ValueTask<SiloAddress?> SiloOfAsync(string node)
    {
        if (KeyDirectory.SiloOf(members, node) is { } known)
        {
            return known;
        }

        // A node that has just joined may not be known here yet.
        await members.Refresh();
        return KeyDirectory.SiloOf(members, node);
    }
}
