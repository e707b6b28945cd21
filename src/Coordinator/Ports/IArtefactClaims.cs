namespace Cluster.Coordinator.Ports;

/// <summary>
/// Who has uploaded which artefact: equal bytes of several tenants are stored once, and none of them learns of the others.
/// Safe for several processes at once.
/// </summary>
/// <remarks>Every member throws a <see cref="StoreUnavailableException"/> where the claims are elsewhere and cannot be asked.</remarks>
public interface IArtefactClaims
{
    /// <summary>The tenants that have ever uploaded something.</summary>
    Task<IReadOnlyList<string>> TenantsAsync(CancellationToken cancellationToken);

    /// <summary>Notes durably that a tenant has uploaded an artefact; again changes nothing.</summary>
    /// <param name="sha256">The artefact's digest.</param>
    /// <param name="tenant">A name that <see cref="Model.TenantName.IsValid"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task ClaimAsync(string sha256, string tenant, CancellationToken cancellationToken);

    /// <summary>Whether a tenant has uploaded the artefact.</summary>
    Task<bool> IsClaimedAsync(string sha256, string tenant, CancellationToken cancellationToken);

    /// <summary>The digests of what a tenant has uploaded; some of it may have been removed since.</summary>
    Task<IReadOnlyList<string>> OfAsync(string tenant, CancellationToken cancellationToken);

    /// <summary>Forgets who has uploaded an artefact that is no more.</summary>
    Task ForgetAsync(string sha256, CancellationToken cancellationToken);
}
