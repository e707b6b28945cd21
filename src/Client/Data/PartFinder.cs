using Cluster.DataSpecs.Labels;

namespace Cluster.Client.Data;

/// <summary>
/// Finds the files of a part at the places where the job's server will look for them in the tar. Label files are searched for in the same
/// places as for a local job; if a folder has a list of labels, only the listed files count.
/// </summary>
/// <param name="current">The base of relative paths, a full path.</param>
internal sealed class PartFinder(string current)
{
    /// <exception cref="MissingDataException">A file is missing.</exception>
    /// <exception cref="DataSpecException">A list of labels is not understood, or names a file outside its
    /// folder.</exception>
    public PartFiles Find(DataPart part)
    {
        var found = part.Format is DataFormat.Folder or DataFormat.ImageFolder ? FindFolder(part) : FindFile(part);
        var (alphabet, names) = (Packed(part, part.AlphabetPath, "alphabet"), Packed(part, part.NamesPath, "names"));
        return found with
        {
            Files = [.. found.Files, .. new[] { alphabet, names }.OfType<PackedFile>()],
            Alphabet = alphabet?.Name,
            ClassNames = names?.Name,
        };
    }

    /// <summary>The part with full paths, for nodes that see them; the files need not exist here.</summary>
    public DataPart Absolute(DataPart part) => part with
    {
        Path = part.FullPath(current),
        LabelsPath = part.LabelsPath is null
            ? null
            : LabelFiles.Places(part, part.LabelsPath, current).FirstOrDefault(Path.Exists) ?? FullPath(part.LabelsPath),
        AlphabetPath = Beside(part, part.AlphabetPath),
        NamesPath = Beside(part, part.NamesPath),
    };

    private string? Beside(DataPart part, string? path) => path is null ? null
        : LabelFiles.Places(part, path, current).FirstOrDefault(File.Exists) ?? FullPath(path);

    private PartFiles FindFile(DataPart part)
    {
        string path = part.FullPath(current);
        if (!File.Exists(path))
        {
            throw new MissingDataException(Directory.Exists(path)
                ? $"'{path}' of '{part}' is a folder; name a file."
                : $"There is no file '{path}' of '{part}'; correct the path.");
        }

        string name = Path.GetFileName(path);
        var files = new List<PackedFile> { new(name, path) };
        if (part.LabelsPath is not null)
        {
            string labels = LabelFiles.Find(part, part.LabelsPath, current, DataAccess.Anywhere);
            files.Add(new PackedFile(LabelName(labels, name), labels));
        }
        else if (part is { Format: DataFormat.Idx, IsUnlabelled: false }
            && LabelFiles.BesideIdx(path).FirstOrDefault(File.Exists) is { } beside)
        {
            files.Add(new PackedFile(Path.GetFileName(beside), beside));
        }

        return new PartFiles(name, path, part.LabelsPath is null ? null : files[^1].Name, files);
    }

    private PartFiles FindFolder(DataPart part)
    {
        var listing = FolderListing.Of(part, current, DataAccess.Anywhere);
        string name = Path.GetFileName(listing.Folder) is { Length: > 0 } leaf ? leaf : "root";
        var files = listing.Images.Select(image => image.Path).Distinct(StringComparer.Ordinal)
            .Select(file => new PackedFile($"{name}/{Path.GetRelativePath(listing.Folder, file)}", file)).ToList();
        string? labels = (listing.LabelFile ?? listing.LabelFolder) is { } given ? LabelName(given, name) : null;
        if (listing.LabelFile is { } list)
        {
            files.Add(new PackedFile(labels!, list));
        }

        files.AddRange(listing.Images.Select(image => image.Labels?.File).OfType<string>()
            .Select(file => new PackedFile($"{labels}/{Path.GetFileName(file)}", file)));
        return new PartFiles(name, listing.Folder, labels, files);
    }

    // A file that is named beside the labels.
    private PackedFile? Packed(DataPart part, string? path, string folder)
    {
        if (path is null)
        {
            return null;
        }

        string found = LabelFiles.Find(part, path, current, DataAccess.Anywhere);
        return new PackedFile($"{folder}/{Path.GetFileName(found)}", found);
    }

    // images/train.gz may have its labels in labels/train.gz.
    private static string LabelName(string labels, string name) =>
        Path.GetFileName(labels) is var leaf && leaf == name ? $"labels/{leaf}" : leaf;

    private string FullPath(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, current));
}

/// <summary>A file to upload.</summary>
/// <param name="Name">Its name in the tar, with '/'.</param>
/// <param name="Path">Its full path.</param>
internal readonly record struct PackedFile(string Name, string Path);

/// <summary>The files that a part of a spec needs.</summary>
/// <param name="Name">The name of the part's path in the tar, without a prefix.</param>
/// <param name="Root">The full path of its file or folder.</param>
/// <param name="Labels">The name of its label file in the tar, without a prefix; null if the spec names none.</param>
/// <param name="Files">All files, by their names without a prefix.</param>
internal sealed record PartFiles(string Name, string Root, string? Labels, IReadOnlyList<PackedFile> Files)
{
    /// <summary>The name of its alphabet in the tar, without a prefix; null if the spec names none.</summary>
    public string? Alphabet { get; init; }

    /// <summary>Likewise of the file of its classes' names.</summary>
    public string? ClassNames { get; init; }
}
