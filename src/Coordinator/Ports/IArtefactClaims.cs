namespace Cluster.Coordinator.Ports;

/// <summary>
/// Records which tenant has uploaded which artefact: equal bytes of several tenants are stored once, and no tenant learns of the others.
/// Safe for several processes at once.
/// </summary>
/// <remarks>Every member throws a <see cref="StoreUnavailableException"/> if a remote store of claims cannot be reached.</remarks>
public interface IArtefactClaims
{
    /// <summary>The tenants that have ever uploaded something.</summary>
    Task<IReadOnlyList<string>> TenantsAsync(CancellationToken cancellationToken);

    /// <summary>Durably records that a tenant has uploaded an artefact; repeating it changes nothing.</summary>
    /// <param name="sha256">The artefact's digest.</param>
    /// <param name="tenant">A name that <see cref="Model.TenantName.IsValid"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task ClaimAsync(string sha256, string tenant, CancellationToken cancellationToken);

    /// <summary>Whether a tenant has uploaded the artefact.</summary>
    Task<bool> IsClaimedAsync(string sha256, string tenant, CancellationToken cancellationToken);

    /// <summary>The digests of a tenant's uploads; some may have been removed since.</summary>
    Task<IReadOnlyList<string>> OfAsync(string tenant, CancellationToken cancellationToken);

    /// <summary>Removes the claims on an artefact that no longer exists.</summary>
    Task ForgetAsync(string sha256, CancellationToken cancellationToken);
}
