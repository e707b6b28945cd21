using Orleans.Runtime.Services;

namespace Cluster.Grains.Hosting;

/// <summary>Finds nodes by the names of their silos, which are their ids.</summary>
internal sealed class NodeServices(IServiceProvider silo, IClusterMembershipService members, ISiloMetadataCache metadata)
    : GrainServiceClient<INodeService>(silo), INodeServices
{
    public IReadOnlyList<string> Names =>
    [
        .. members.CurrentSnapshot.Members.Values
            .Where(member => member.Status is SiloStatus.Active or SiloStatus.ShuttingDown
                && SiloRoleMetadata.RolesOf(metadata, member.SiloAddress).HasFlag(SiloRoles.Worker))
            .Select(member => member.Name),
    ];

    public async ValueTask<INodeService?> FindAsync(string node)
    {
        if (Find(node) is { } known)
        {
            return known;
        }

        // A node that has just joined may not be known here yet.
        await members.Refresh();
        return Find(node);
    }

    private INodeService? Find(string node) => members.CurrentSnapshot.Members.Values
        .FirstOrDefault(member => member.Status != SiloStatus.Dead && member.Name == node) is { } found
            ? GetGrainService(found.SiloAddress)
            : null;
}
