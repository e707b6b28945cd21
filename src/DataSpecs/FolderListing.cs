namespace Cluster.DataSpecs;

/// <summary>Which JPEG files a <c>folder:</c> part means, before its slice.</summary>
/// <param name="Folder">The folder's full path.</param>
/// <param name="LabelFile">The full path of the label file; null where the part names none.</param>
/// <param name="Images">At least one, each of which exists: in the order of the label file, or sorted by name.</param>
public sealed record FolderListing(string Folder, string? LabelFile, IReadOnlyList<ListedImage> Images)
{
    /// <summary>Lists the files of a part; their content is not looked at.</summary>
    /// <param name="currentDirectory">What relative paths are relative to, a full path.</param>
    /// <exception cref="MissingDataException">The folder, its label file or an image is not there.</exception>
    /// <exception cref="DataSpecException">The label file is not understood, or names a file outside of the folder.</exception>
    public static FolderListing Of(DataPart part, string currentDirectory)
    {
        ArgumentNullException.ThrowIfNull(part);
        string source = part.ToString();
        string folder = part.FullPath(currentDirectory);
        if (!Directory.Exists(folder))
        {
            throw File.Exists(folder)
                ? new MissingDataException($"'{folder}' of '{source}' is a file but folder: names a directory of JPEG files; give the directory.")
                : MissingFile.Error(folder, source);
        }

        if (part.LabelsPath is null)
        {
            return new FolderListing(folder, null, Unlabelled(folder, source));
        }

        string list = LabelFiles.Find(part, currentDirectory);
        return new FolderListing(folder, list, Labelled(list, folder, source));
    }

    private static ListedImage[] Unlabelled(string folder, string source)
    {
        string[] files = [.. Directory.EnumerateFiles(folder).Where(IsJpeg).Order(StringComparer.Ordinal)];
        return files.Length > 0
            ? [.. files.Select(file => new ListedImage(file, null))]
            : throw new MissingDataException($"The folder '{folder}' of '{source}' holds no .jpg or .jpeg file; name the folder that does.");
    }

    private static List<ListedImage> Labelled(string list, string folder, string source)
    {
        var rows = LabelCsv.Read(list, source);
        string root = RootOf(rows[0].File, folder);
        List<ListedImage> images = [.. rows.Select(row => new ListedImage(Inside(row.File, root, list), row.Label))];
        var missing = images.FindAll(image => !File.Exists(image.Path));
        return missing.Count == 0
            ? images
            : throw new MissingDataException(
                $"The label file '{list}' names {images.Count} files, {missing.Count} of which are not there, the first '{missing[0].Path}'{MissingFile.Suggestion(missing[0].Path)}; name the folder that they are in.");
    }

    /// <summary>
    /// The folder, or the first folder in it that holds the list's first file: lists often stand beside the folder of
    /// images.
    /// </summary>
    private static string RootOf(string firstFile, string folder) =>
        new[] { folder }.Concat(Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal))
            .FirstOrDefault(candidate => File.Exists(Path.Combine(candidate, firstFile)), folder);

    /// <summary>A list is data from elsewhere: it must not reach files outside of the folder.</summary>
    private static string Inside(string file, string root, string list)
    {
        string path = Path.GetFullPath(file, root);
        return path.StartsWith(Path.TrimEndingDirectorySeparator(root) + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? path
            : throw new DataSpecException($"The label file '{list}' names '{file}', which is outside of '{root}'; name files inside of the folder.");
    }

    private static bool IsJpeg(string path) =>
        path.EndsWith(".jpg", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".jpeg", StringComparison.OrdinalIgnoreCase);
}
