using Cluster.Coordinator.Model;
using Cluster.Coordinator.Ports;

namespace Cluster.Silo.Api.Access;

/// <summary>
/// Which tenant may see which artefact: what it uploaded, and what its jobs name. What nobody claims is the default
/// tenant's, as what was stored before there were tenants.
/// </summary>
internal sealed class ArtefactAccess(IArtefactClaims claims, NamedArtefacts named)
{
    /// <summary>Whether a tenant may fetch it.</summary>
    public async Task<bool> MayReadAsync(string sha256, string tenant, CancellationToken cancellationToken)
    {
        if (claims.IsClaimed(sha256, tenant))
        {
            return true;
        }

        if (tenant != TenantName.Default)
        {
            return await named.IsNamedAsync(sha256, tenant, cancellationToken);
        }

        foreach (string other in claims.Tenants.Where(other => other != TenantName.Default))
        {
            if (claims.IsClaimed(sha256, other) || await named.IsNamedAsync(sha256, other, cancellationToken))
            {
                return await named.IsNamedAsync(sha256, tenant, cancellationToken);
            }
        }

        return true;
    }
}
