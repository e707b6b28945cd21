namespace Cluster.Storage.S3;

/// <summary>Claims as empty objects <c>tenants/TENANT/SHA256</c>, named like the files of a folder's claims.</summary>
/// <param name="bucket">The bucket; its owner disposes of it.</param>
public sealed class BucketArtefactClaims(BucketClient bucket) : IArtefactClaims
{
    private const string Folder = "tenants/";

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> TenantsAsync(CancellationToken cancellationToken) => bucket.FoldersAsync(Folder, cancellationToken);

    /// <inheritdoc/>
    public async Task ClaimAsync(string sha256, string tenant, CancellationToken cancellationToken)
    {
        if (!await IsClaimedAsync(sha256, tenant, cancellationToken))
        {
            await bucket.PutAsync(NameOf(sha256, tenant), "", cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> IsClaimedAsync(string sha256, string tenant, CancellationToken cancellationToken) =>
        await bucket.SizeAsync(NameOf(sha256, tenant), cancellationToken) is not null;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> OfAsync(string tenant, CancellationToken cancellationToken)
    {
        string folder = $"{Folder}{tenant}/";
        var claimed = new List<string>();
        await foreach (var (name, _, _) in bucket.ListAsync(folder, cancellationToken))
        {
            if (StoredArtefact.IsDigest(name[folder.Length..]))
            {
                claimed.Add(name[folder.Length..]);
            }
        }

        return claimed;
    }

    /// <inheritdoc/>
    public async Task ForgetAsync(string sha256, CancellationToken cancellationToken)
    {
        foreach (string tenant in await TenantsAsync(cancellationToken))
        {
            await bucket.DeleteAsync(NameOf(sha256, tenant), cancellationToken);
        }
    }

    private static string NameOf(string sha256, string tenant) => $"{Folder}{tenant}/{StoredArtefact.RequireDigest(sha256)}";
}
