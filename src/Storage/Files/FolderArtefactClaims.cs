using Cluster.Coordinator.Ports;

namespace Cluster.Storage.Files;

/// <summary>Claims as empty files <c>ROOT/tenants/TENANT/SHA256</c>, beside the artefacts of a <see cref="FolderArtefactStore"/>.</summary>
/// <param name="root">The folder of the artefacts.</param>
public sealed class FolderArtefactClaims(string root) : IArtefactClaims
{
    private const int Sha256Length = 64;

    private readonly string _tenants = Path.Combine(root, "tenants");

    /// <inheritdoc/>
    public IReadOnlyList<string> Tenants =>
        Directory.Exists(_tenants) ? [.. Directory.EnumerateDirectories(_tenants).Select(path => Path.GetFileName(path))] : [];

    /// <inheritdoc/>
    public void Claim(string sha256, string tenant)
    {
        string path = PathOf(sha256, tenant);
        if (!File.Exists(path))
        {
            DurableFolder.Create(Path.GetDirectoryName(path)!);
            AtomicFile.WriteAmongOthers(path, []);
        }
    }

    /// <inheritdoc/>
    public bool IsClaimed(string sha256, string tenant) => File.Exists(PathOf(sha256, tenant));

    /// <inheritdoc/>
    public IEnumerable<string> Of(string tenant)
    {
        string folder = Path.Combine(_tenants, tenant);
        return Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)).Where(name => name.Length == Sha256Length)
            : [];
    }

    /// <inheritdoc/>
    public void Forget(string sha256)
    {
        foreach (string tenant in Tenants)
        {
            File.Delete(PathOf(sha256, tenant));
        }
    }

    private string PathOf(string sha256, string tenant) => Path.Combine(_tenants, tenant, sha256);
}
