namespace Cluster.DataSpecs;

/// <summary>What lies in a folder above the program, as in the checkout that it was built in.</summary>
public static class AboveProgram
{
    /// <summary>The full path of the nearest; null if there is none.</summary>
    /// <param name="name">Its path below one of the folders.</param>
    /// <param name="isThere">Whether a full path is that of what is looked for.</param>
    public static string? Find(string name, Func<string, bool> isThere)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, name);
            if (isThere(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
