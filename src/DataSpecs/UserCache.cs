namespace Cluster.DataSpecs;

/// <summary>The cache of a user for files that can be made again, kept between commands: below $XDG_CACHE_HOME, or ~/.cache.</summary>
public static class UserCache
{
    /// <summary>The folder of one kind of files, which need not exist.</summary>
    public static string Folder(string kind)
    {
        string root = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set
            ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return Path.Combine(root, "cluster", kind);
    }
}
