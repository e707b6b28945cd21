namespace Cluster.Kernels.Data;

/// <summary>Finds a file that may be written relative to one of several folders.</summary>
internal static class FileLocator
{
    /// <summary>The first of <paramref name="folders"/> that holds the file wins.</summary>
    /// <exception cref="KernelException">None does; the message lists every path tried.</exception>
    public static string Find(string file, string source, IEnumerable<string> folders, DataAccess access)
    {
        // An absolute path yields itself for every folder.
        string[] tried = [.. folders.Select(folder => Path.GetFullPath(file, folder)).Distinct(StringComparer.Ordinal)];
        return Array.Find(tried, access.FileExists) ?? throw new KernelException(
            $"The label file '{file}' of '{source}' was not found; tried {string.Join(", ", tried.Select(path => $"'{access.Shown(path)}'"))}{access.Suggestion(tried[^1])}.")
        {
            WithoutContent = $"The label file '{file}' of '{source}' was not found; correct the path.",
        };
    }
}
