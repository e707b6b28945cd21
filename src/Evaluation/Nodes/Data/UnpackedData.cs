namespace Cluster.Evaluation.Nodes.Data;

/// <summary>Tars of the artefact store, each unpacked once per node: a folder is either complete or missing.</summary>
internal sealed class UnpackedData(FolderArtefactStore artefacts, NodeFolders folders, TarLimits limits)
{
    /// <summary>The folder with a tar's files, which stay until the result is disposed of.</summary>
    /// <exception cref="NodeUnfitException">The artefact is not visible on this node.</exception>
    /// <exception cref="JobException">It is damaged, or cannot be accepted.</exception>
    public async Task<CachedFolder> OpenAsync(string sha256, CancellationToken cancellation)
    {
        string folder = Path.GetFullPath(Path.Combine(folders.Data, sha256));
        var use = CachedFolder.Use(folder);
        try
        {
            if (!Directory.Exists(folder))
            {
                await UnpackAsync(sha256, folder, cancellation);
            }

            return use;
        }
        catch
        {
            use.Dispose();
            throw;
        }
    }

    /// <summary>Removes the unpacked folders of these artefacts; the next user unpacks them again.</summary>
    public void Forget(IEnumerable<string> digests)
    {
        foreach (string sha256 in digests.Distinct(StringComparer.Ordinal))
        {
            string folder = Path.GetFullPath(Path.Combine(folders.Data, sha256));
            if (Directory.Exists(folder))
            {
                CacheRoom.Remove(folder);
            }
        }
    }

    private async Task UnpackAsync(string sha256, string folder, CancellationToken cancellation)
    {
        string stored = artefacts.PathOf(sha256);
        using var others = await new MachineLock(CachedFolder.LockOf(folder)).ExclusiveAsync(cancellation);
        if (Directory.Exists(folder))
        {
            return;
        }

        if (!File.Exists(stored))
        {
            throw new NodeUnfitException(
                $"The data's artefact {sha256} is not in the store of {Environment.MachineName}: upload it, or give the nodes one store.");
        }

        // Left by a process that was killed halfway.
        string part = CachedFolder.PartOf(folder);
        WorkFolders.Delete(part);
        folders.DataRoom.Make(new FileInfo(stored).Length);
        try
        {
            await using var tar = await artefacts.OpenAsync(sha256, cancellation);
            await SafeTar.UnpackAsync(tar, part, limits, cancellation);
            DurableFolder.Place(part, folder);
        }
        catch
        {
            WorkFolders.Delete(part);
            throw;
        }
    }
}
