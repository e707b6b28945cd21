namespace Cluster.DataSpecs.Names;

/// <summary>The folders in which data sets are looked for that a spec calls by name, the first one first.</summary>
/// <param name="Folders">They need not exist.</param>
public sealed record DataRoots(IReadOnlyList<string> Folders)
{
    /// <summary>The environment variable that names one.</summary>
    public const string Variable = "CLUSTER_DATA";

    /// <summary>
    /// What <see cref="Variable"/> names, the real data of the project (<c>CLUSTER_SHARED_DATA</c>, else <c>shared/data</c> beside a
    /// folder above the program), and the user's cache, into which data sets are fetched.
    /// </summary>
    public static DataRoots Usual() => new(
    [
        .. new[] { Environment.GetEnvironmentVariable(Variable), Shared() }.OfType<string>().Where(folder => folder.Length > 0),
        Cache(),
    ]);

    /// <summary>The same with another folder, which is looked into first.</summary>
    public DataRoots After(string folder) => new([folder, .. Folders]);

    /// <summary>The user's own, <c>~/.cache/cluster/data</c>.</summary>
    public static string Cache() => UserCache.Folder("data");

    /// <summary>
    /// The project's real data: <c>CLUSTER_SHARED_DATA</c>, whether it is there or not, else <c>shared/data</c> beside any folder above
    /// the program.
    /// </summary>
    public static string? Shared()
    {
        if (Environment.GetEnvironmentVariable("CLUSTER_SHARED_DATA") is { Length: > 0 } named)
        {
            return named;
        }

        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
