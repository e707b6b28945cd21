namespace Cluster.Evaluation.Doctor;

/// <summary>The files mapped into this process: the only reliable way to tell which of several libraries was loaded.</summary>
internal static class LoadedLibraries
{
    private const string Maps = "/proc/self/maps";

    /// <summary>
    /// Path of the loaded library whose file name begins with <paramref name="name"/>; null if it is not loaded or the system does not
    /// tell.
    /// </summary>
    public static string? Find(string name) => !File.Exists(Maps)
        ? null
        : File.ReadLines(Maps)
            .Select(line => line.IndexOf('/', StringComparison.Ordinal) is >= 0 and var start ? line[start..] : "")
            .FirstOrDefault(path => Path.GetFileName(path).StartsWith(name, StringComparison.Ordinal));
}
