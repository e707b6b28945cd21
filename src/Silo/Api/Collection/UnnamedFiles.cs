using Cluster.Storage;

namespace Cluster.Silo.Api.Collection;

/// <summary>
/// Removes files that no job names. Several servers may do it while others accept jobs: a caller that is about to name a file first marks
/// it as new, and then checks that it exists; a file that is newer than when it was seen here stays.
/// </summary>
internal sealed class UnnamedFiles(IArtefactStore artefacts, IArtefactClaims claims, ArtefactOwner owner, NamedArtefacts named)
{
    /// <summary>When each of these files was stored or last counted as new; missing ones are left out.</summary>
    public async Task<IReadOnlyDictionary<string, DateTimeOffset>> SeeAsync(
        IEnumerable<string> files, CancellationToken cancellationToken)
    {
        var seen = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (string sha256 in files)
        {
            if (await artefacts.StoredAtAsync(sha256, cancellationToken) is { } at)
            {
                seen[sha256] = at;
            }
        }

        return seen;
    }

    /// <summary>Removes those that no job names and that are no newer than when they were seen.</summary>
    /// <exception cref="JobException">
    /// A journal cannot be read, or the files are another database's: so those that its jobs name are unknown.
    /// </exception>
    public async Task RemoveAsync(IReadOnlyDictionary<string, DateTimeOffset> seen, CancellationToken cancellationToken)
    {
        await owner.RequireAsync(cancellationToken);
        var unnamed = seen.Keys.ToHashSet(StringComparer.Ordinal);
        await named.ExceptAsync(unnamed, cancellationToken);
        foreach (string sha256 in unnamed)
        {
            if (await artefacts.RemoveAsync(sha256, seen[sha256], cancellationToken))
            {
                await claims.ForgetAsync(sha256, cancellationToken);
            }
        }
    }
}
