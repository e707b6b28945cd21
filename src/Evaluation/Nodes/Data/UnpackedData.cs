using Cluster.Coordinator;
using Cluster.Evaluation.Failures;
using Cluster.Storage.Files;
using Cluster.Storage.Locks;

namespace Cluster.Evaluation.Nodes.Data;

/// <summary>Tars of the artefact store, each unpacked once on a node: a folder is there whole or not at all.</summary>
internal sealed class UnpackedData(FolderArtefactStore artefacts, NodeFolders folders, TarLimits limits)
{
    /// <summary>The folder with a tar's files.</summary>
    /// <exception cref="NodeUnfitException">This node does not see the artefact.</exception>
    /// <exception cref="JobException">It is damaged, or cannot be accepted.</exception>
    public async Task<string> FolderAsync(string sha256, CancellationToken cancellation)
    {
        string stored = artefacts.PathOf(sha256);
        string folder = Path.GetFullPath(Path.Combine(folders.Data, sha256));
        if (Directory.Exists(folder))
        {
            return folder;
        }

        Directory.CreateDirectory(folders.Data);
        using var others = await new MachineLock($"{folder}.lock").ExclusiveAsync(cancellation);
        if (Directory.Exists(folder))
        {
            return folder;
        }

        if (!File.Exists(stored))
        {
            throw new NodeUnfitException(
                $"The data's artefact {sha256} is not in the store of {Environment.MachineName}: upload it, or give the nodes one store.");
        }

        // Left by a process that was ended halfway.
        string part = $"{folder}.part";
        Remove(part);
        try
        {
            await using var tar = await artefacts.OpenAsync(sha256, cancellation);
            await SafeTar.UnpackAsync(tar, part, limits, cancellation);
            DurableFolder.Place(part, folder);
        }
        catch
        {
            Remove(part);
            throw;
        }

        return folder;
    }

    /// <summary>Removes what was unpacked of these artefacts; the next to need it unpacks it again.</summary>
    public void Forget(IEnumerable<string> digests)
    {
        foreach (string sha256 in digests.Distinct(StringComparer.Ordinal))
        {
            string folder = Path.GetFullPath(Path.Combine(folders.Data, sha256));
            if (Directory.Exists(folder))
            {
                // Under another name first: a folder is there whole or not at all.
                string gone = $"{folder}.{Path.GetRandomFileName()}.gone";
                Directory.Move(folder, gone);
                Directory.Delete(gone, recursive: true);
            }
        }
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
