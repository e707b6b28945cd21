namespace Cluster.Tests;

/// <summary>Finds files of the checkout that a test was built from.</summary>
public static class RepositoryFile
{
    /// <returns>The full path of a file, given its path from the repository's root.</returns>
    public static string Find(string relative)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, relative);
            if (File.Exists(candidate))
            {
                return candidate;
            }
        }

        throw new FileNotFoundException($"{relative} was not found in any folder above {AppContext.BaseDirectory}.");
    }
}
