namespace Cluster.DataSpecs;

/// <summary>The text for a missing file or folder, with what its folder holds instead.</summary>
internal static class MissingFile
{
    // A suggestion is not worth scanning a folder of a million files.
    private const int EntriesLookedAt = 10_000;

    public static MissingDataException Error(string path, string source, DataAccess access)
    {
        string what = $"'{access.Shown(path)}' of '{source}' does not exist";
        string advice = DataSpecParser.EndsInSlice(path) ? "a range '@a..b' comes last, after labels=" : "correct the path";
        return new($"{what}{access.Suggestion(path)}; {advice}.") { WithoutContent = $"{what}; {advice}." };
    }

    /// <summary>"; …" about the nearest folder that exists and its entry with the most similar name.</summary>
    public static string Suggestion(string path)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
        string? folder = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(path));
        while (folder is not null && !Directory.Exists(folder))
        {
            name = Path.GetFileName(folder);
            folder = Path.GetDirectoryName(folder);
        }

        if (folder is null)
        {
            return string.Empty;
        }

        string? nearest = Directory.EnumerateFileSystemEntries(folder)
            .Take(EntriesLookedAt)
            .Select(entry => Path.GetFileName(entry))
            .OrderBy(entry => EditDistance.Of(entry, name))
            .ThenBy(entry => entry, StringComparer.Ordinal)
            .FirstOrDefault();
        return nearest is null ? $" (the folder '{folder}' is empty)" : $" (the folder '{folder}' has '{nearest}')";
    }
}
