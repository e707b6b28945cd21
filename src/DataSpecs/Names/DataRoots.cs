namespace Cluster.DataSpecs.Names;

/// <summary>The folders in which named data sets are looked for, in this order.</summary>
/// <param name="Folders">Paths of the folders, which need not exist.</param>
public sealed record DataRoots(IReadOnlyList<string> Folders)
{
    /// <summary>The environment variable that names one.</summary>
    public const string Variable = "CLUSTER_DATA";

    /// <summary>
    /// The folder of <see cref="Variable"/>, the project's real data (<c>CLUSTER_SHARED_DATA</c>, else <c>shared/data</c> next to a folder
    /// above the program), and the user's cache, into which data sets are downloaded.
    /// </summary>
    public static DataRoots Usual() => new(
    [
        .. new[] { Environment.GetEnvironmentVariable(Variable), Shared() }.OfType<string>().Where(folder => folder.Length > 0),
        Cache(),
    ]);

    /// <summary>The same with another folder, which is searched first.</summary>
    public DataRoots After(string folder) => new([folder, .. Folders]);

    /// <summary>The user's own, <c>~/.cache/cluster/data</c>.</summary>
    public static string Cache() => UserCache.Folder("data");

    /// <summary>
    /// The project's real data: <c>CLUSTER_SHARED_DATA</c>, even if it does not exist, else <c>shared/data</c> next to any folder above the
    /// program.
    /// </summary>
    public static string? Shared() => Environment.GetEnvironmentVariable("CLUSTER_SHARED_DATA") is { Length: > 0 } named
        ? named
        : AboveProgram.Find(Path.Combine("shared", "data"), Directory.Exists);
}
