namespace Cluster.Silo.Api.Access;

/// <summary>
/// Which tenant may see which artefact: its own uploads, and those its jobs name. Unclaimed artefacts belong to the default tenant, like
/// those stored before there were tenants.
/// </summary>
internal sealed class ArtefactAccess(IArtefactClaims claims, NamedArtefacts named)
{
    /// <summary>Whether a tenant may fetch it.</summary>
    public async Task<bool> MayReadAsync(string sha256, string tenant, CancellationToken cancellationToken)
    {
        if (await claims.IsClaimedAsync(sha256, tenant, cancellationToken))
        {
            return true;
        }

        if (tenant != TenantName.Default)
        {
            return (await named.NamersAsync(sha256, tenant, cancellationToken)).Count > 0;
        }

        string[] others = [.. (await claims.TenantsAsync(cancellationToken)).Where(other => other != TenantName.Default)];
        if (others.Length == 0)
        {
            return true;
        }

        // One pass over the jobs of all tenants.
        var namers = await named.NamersAsync(sha256, tenant: null, cancellationToken);
        return namers.Contains(TenantName.Default) || (namers.Count == 0 && !await IsClaimedAsync(sha256, others, cancellationToken));
    }

    private async Task<bool> IsClaimedAsync(string sha256, string[] tenants, CancellationToken cancellationToken)
    {
        foreach (string tenant in tenants)
        {
            if (await claims.IsClaimedAsync(sha256, tenant, cancellationToken))
            {
                return true;
            }
        }

        return false;
    }
}
