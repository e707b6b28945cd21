namespace Cluster.DataSpecs;

/// <summary>
/// Resolves every symbolic link of a path, as realpath(3) does; components that do not exist stay as written.
/// </summary>
internal static class RealPath
{
    // The same limit as in Linux (path_resolution(7)).
    private const int MostLinks = 40;

    /// <param name="fullPath">An absolute path.</param>
    /// <returns>The absolute path without links, or null if the links form a loop.</returns>
    public static string? Of(string fullPath)
    {
        Stack<string> rest = new();
        Push(rest, fullPath);
        string path = "/";
        int links = 0;
        while (rest.TryPop(out string? name))
        {
            string next = name == ".." ? Path.GetDirectoryName(path) ?? "/" : Path.Join(path, name);
            if (name == ".." || Target(next) is not string target)
            {
                path = next;
                continue;
            }

            if (++links > MostLinks)
            {
                return null;
            }

            path = Path.IsPathRooted(target) ? "/" : path;
            Push(rest, target);
        }

        return path;
    }

    /// <summary>Whether a resolved path is a resolved folder or lies below it.</summary>
    public static bool IsWithin(string path, string folder) =>
        folder == "/"
            || path == folder
            || (path.Length > folder.Length && path[folder.Length] == '/' && path.StartsWith(folder, StringComparison.Ordinal));

    private static void Push(Stack<string> rest, string path)
    {
        foreach (string name in path.Split('/').Reverse())
        {
            if (name.Length > 0 && name != ".")
            {
                rest.Push(name);
            }
        }
    }

    private static string? Target(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // A name that is too long, or a folder without access: opening the path fails in the same way.
            return null;
        }
    }
}
