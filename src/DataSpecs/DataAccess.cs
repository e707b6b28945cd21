namespace Cluster.DataSpecs;

/// <summary>
/// The files that may be opened to read data, and what errors may say about them. A spec from an untrusted caller is read only below given
/// folders: symbolic links are resolved first, the resolved path is opened, and the location of the opened file is checked again.
/// </summary>
public sealed class DataAccess
{
    private readonly string[]? _roots;
    private readonly string? _folder;

    private DataAccess(string[]? roots, string? folder, bool quotesContent) =>
        (_roots, _folder, QuotesContent) = (roots, folder, quotesContent);

    /// <summary>All files that this process may read; errors name full paths.</summary>
    public static DataAccess Anywhere { get; } = new(null, null, quotesContent: true);

    /// <summary>Whether errors may quote the content of files.</summary>
    public bool QuotesContent { get; }

    /// <summary>Whether only files below certain folders may be opened.</summary>
    public bool IsConfined => _roots is not null;

    /// <summary>The base of relative paths, a full path.</summary>
    public string CurrentDirectory => _folder ?? Environment.CurrentDirectory;

    /// <summary>
    /// Files uploaded by the author of a spec: paths are relative to a folder, and errors show those paths and quote content.
    /// </summary>
    /// <param name="folder">A full path.</param>
    public static DataAccess Uploaded(string folder) => new(Resolved([folder]), Path.GetFullPath(folder), quotesContent: true);

    /// <summary>
    /// Files of this machine below folders that its operator shares: errors name paths in the form of the spec and reveal no content.
    /// </summary>
    /// <param name="folders">Full paths; with none, nothing may be read.</param>
    public static DataAccess Shared(IEnumerable<string> folders) => new(Resolved(folders), null, quotesContent: false);

    /// <summary>Whether a full path is below the folders after resolving its links; it need not exist.</summary>
    public bool Allows(string fullPath) => Allowed(fullPath) is not null;

    /// <summary>Whether the file exists and may be opened.</summary>
    public bool FileExists(string fullPath) => File.Exists(Allowed(fullPath));

    /// <summary>Whether the folder exists and may be listed.</summary>
    public bool DirectoryExists(string fullPath) => Directory.Exists(Allowed(fullPath));

    /// <summary>The path to open.</summary>
    /// <exception cref="DataSpecException">It leads outside the folders.</exception>
    internal string Resolve(string fullPath) => Allowed(fullPath) ?? throw Outside(fullPath);

    /// <summary>Opens a file at its start.</summary>
    internal FileStream OpenRead(string fullPath)
    {
        var file = RegularFile.OpenRead(Resolve(fullPath));

        // A link may have been added since the path was resolved, so the opened file is what gets checked.
        if (_roots is not null && !(new FileInfo($"/proc/self/fd/{file.SafeFileHandle.DangerousGetHandle()}").LinkTarget is string opened
            && IsWithinRoots(opened)))
        {
            file.Dispose();
            throw Outside(fullPath);
        }

        return file;
    }

    /// <summary>The form of a path in errors.</summary>
    public string Shown(string fullPath) =>
        _folder is not null && RealPath.IsWithin(fullPath, _folder) ? Path.GetRelativePath(_folder, fullPath) : fullPath;

    /// <summary>What errors may say about a folder's other entries.</summary>
    internal string Suggestion(string fullPath) => IsConfined ? string.Empty : MissingFile.Suggestion(fullPath);

    /// <summary>The text of a read error that the author of the spec may see.</summary>
    /// <param name="withoutContent">The text without any content that was read, if there is one.</param>
    public string Told(string message, string? withoutContent, string source) => QuotesContent
        ? message
        : withoutContent
            ?? $"The data '{source}' cannot be read: its files are damaged, or not what the spec says; correct the spec, or ask "
                + "the operator of the server what they hold.";

    /// <summary>The text for an error of the system, whose own text names resolved paths.</summary>
    public static string Unreadable(string source) =>
        $"The data '{source}' cannot be read: a path is too long, or the server has no right to it; correct the spec, or ask the "
        + "operator of the server.";

    private static string[] Resolved(IEnumerable<string> folders) =>
        [.. folders.Select(folder => RealPath.Of(Path.GetFullPath(folder))).OfType<string>()];

    // The path to open; null if it leads outside the folders.
    private string? Allowed(string fullPath) => _roots is null ? fullPath
        : RealPath.Of(fullPath) is string real && IsWithinRoots(real) ? real
        : null;

    private bool IsWithinRoots(string real) => Array.Exists(_roots!, root => RealPath.IsWithin(real, root));

    private DataSpecException Outside(string fullPath)
    {
        string message =
            $"The path '{Shown(fullPath)}' leads out of the "
            + $"{(_folder is null ? "folders that the server shares" : "uploaded data")}; name files inside.";
        return new DataSpecException(message) { WithoutContent = message };
    }
}

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
