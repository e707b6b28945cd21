namespace Cluster.DataSpecs;

/// <summary>Finds the label file of a part of a <see cref="DataSpec"/>.</summary>
public static class LabelFiles
{
    /// <summary>
    /// Full paths at which a file that a part names is looked for; the first that exists wins: below the current directory, for
    /// <see cref="DataFormat.Folder"/> in the folder, and next to the images.
    /// </summary>
    /// <param name="file">The file's path, as written.</param>
    /// <param name="currentDirectory">The base of relative paths, a full path.</param>
    public static IReadOnlyList<string> Places(DataPart part, string file, string currentDirectory)
    {
        ArgumentNullException.ThrowIfNull(part);
        string images = part.FullPath(currentDirectory);
        string beside = Path.GetDirectoryName(images) ?? images;
        string[] folders = part.Format == DataFormat.Folder ? [currentDirectory, images, beside] : [currentDirectory, beside];

        // An absolute path yields itself for every folder.
        return [.. folders.Select(folder => Path.GetFullPath(file, folder)).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>
    /// The full path of the label file that a part names, of its alphabet or of its classes' names; of a folder of pictures it may be a
    /// folder.
    /// </summary>
    /// <param name="file">Its path, as written.</param>
    /// <exception cref="MissingDataException">It was not found; the message lists every path tried.</exception>
    public static string Find(DataPart part, string file, string currentDirectory, DataAccess access)
    {
        ArgumentNullException.ThrowIfNull(access);
        var places = Places(part, file, currentDirectory);
        bool mayBeFolder = part.Format == DataFormat.Folder;
        string? found = places.FirstOrDefault(place => access.FileExists(place) || (mayBeFolder && access.DirectoryExists(place)));
        return found ?? throw new MissingDataException(
            $"The label file '{file}' of '{part}' was not found; tried "
            + $"{string.Join(", ", places.Select(path => $"'{access.Shown(path)}'"))}{access.Suggestion(places[^1])}.")
        {
            WithoutContent = $"The label file '{file}' of '{part}' was not found; correct the path.",
        };
    }

    /// <summary>
    /// The paths at which the labels of an IDX image file are looked for if a part names none, e.g. for train-images-idx3-ubyte.gz:
    /// train-labels-idx1-ubyte.gz, train-labels-idx1-ubyte; none for a name without "images".
    /// </summary>
    public static IEnumerable<string> BesideIdx(string imagesPath)
    {
        string folder = Path.GetDirectoryName(imagesPath)!;
        string name = Path.GetFileName(imagesPath);
        int at = name.LastIndexOf("images", StringComparison.Ordinal);
        if (at < 0)
        {
            yield break;
        }

        string renamed = $"{name[..at]}labels{name[(at + "images".Length)..]}";
        string oneDimensional = renamed.Replace("idx3", "idx1", StringComparison.Ordinal).Replace("idx4", "idx1", StringComparison.Ordinal);
        foreach (string candidate in new[] { oneDimensional, renamed }.Distinct(StringComparer.Ordinal))
        {
            yield return Path.Combine(folder, candidate);
            yield return Path.Combine(folder, candidate.EndsWith(".gz", StringComparison.Ordinal) ? candidate[..^3] : $"{candidate}.gz");
        }
    }
}
