namespace Cluster.Storage.Files;

/// <summary>Claims as empty files <c>ROOT/tenants/TENANT/SHA256</c>, next to a <see cref="FolderArtefactStore"/>'s files.</summary>
/// <param name="root">The folder of the artefacts.</param>
public sealed class FolderArtefactClaims(string root) : IArtefactClaims
{
    private readonly string _tenants = Path.Combine(root, "tenants");

    private IReadOnlyList<string> Tenants =>
        Directory.Exists(_tenants) ? [.. Directory.EnumerateDirectories(_tenants).Select(path => Path.GetFileName(path))] : [];

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> TenantsAsync(CancellationToken cancellationToken) => Task.FromResult(Tenants);

    /// <inheritdoc/>
    public Task ClaimAsync(string sha256, string tenant, CancellationToken cancellationToken)
    {
        string path = PathOf(sha256, tenant);
        if (!File.Exists(path))
        {
            DurableFolder.Create(Path.GetDirectoryName(path)!);
            AtomicFile.WriteAmongOthers(path, []);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<bool> IsClaimedAsync(string sha256, string tenant, CancellationToken cancellationToken) =>
        Task.FromResult(File.Exists(PathOf(sha256, tenant)));

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> OfAsync(string tenant, CancellationToken cancellationToken)
    {
        string folder = Path.Combine(_tenants, tenant);
        IReadOnlyList<string> claimed = Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)).Where(StoredArtefact.IsDigest)]
            : [];
        return Task.FromResult(claimed);
    }

    /// <inheritdoc/>
    public Task ForgetAsync(string sha256, CancellationToken cancellationToken)
    {
        foreach (string tenant in Tenants)
        {
            File.Delete(PathOf(sha256, tenant));
        }

        return Task.CompletedTask;
    }

    private string PathOf(string sha256, string tenant) => Path.Combine(_tenants, tenant, StoredArtefact.RequireDigest(sha256));
}
