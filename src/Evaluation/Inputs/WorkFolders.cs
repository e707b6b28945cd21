namespace Cluster.Evaluation.Inputs;

/// <summary>Folders of work in progress, which several processes may remove at the same time.</summary>
internal static class WorkFolders
{
    /// <summary>Deletes a folder with its contents, if there is one.</summary>
    public static void Delete(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        catch (DirectoryNotFoundException)
        {
            // Another process has finished this removal.
        }
    }
}
