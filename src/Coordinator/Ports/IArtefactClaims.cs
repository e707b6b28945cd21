namespace Cluster.Coordinator.Ports;

/// <summary>
/// Who has uploaded which artefact: equal bytes of several tenants are stored once, and none of them learns of the others.
/// Safe for several processes at once.
/// </summary>
public interface IArtefactClaims
{
    /// <summary>The tenants that have ever uploaded something.</summary>
    IReadOnlyList<string> Tenants { get; }

    /// <summary>Notes durably that a tenant has uploaded an artefact; again changes nothing.</summary>
    /// <param name="sha256">The artefact's digest.</param>
    /// <param name="tenant">A name that <see cref="Model.TenantName.IsValid"/>.</param>
    void Claim(string sha256, string tenant);

    /// <summary>Whether a tenant has uploaded the artefact.</summary>
    bool IsClaimed(string sha256, string tenant);

    /// <summary>The digests of what a tenant has uploaded; some of it may have been removed since.</summary>
    IEnumerable<string> Of(string tenant);

    /// <summary>Forgets who has uploaded an artefact that is no more.</summary>
    void Forget(string sha256);
}
