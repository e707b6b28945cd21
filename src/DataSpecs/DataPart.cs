namespace Cluster.DataSpecs;

/// <summary>One part of a <see cref="DataSpec"/>.</summary>
/// <param name="Path">A file, or a directory for <see cref="DataFormat.Folder"/>, as written.</param>
/// <param name="LabelsPath">The label file, or the folder of label files, as written; null: found by name
/// (<see cref="DataFormat.Idx"/>), in the records (<see cref="DataFormat.Cifar10"/>) or absent.</param>
public sealed record DataPart(DataFormat Format, string Path, string? LabelsPath, SampleSlice Slice)
{
    /// <summary>Written for <see cref="LabelsPath"/>: the images are read without labels, even if they have some.</summary>
    public const string NoLabels = "none";

    /// <summary>The file of the characters that labels are written in, as written; null: labels are no text.</summary>
    public string? AlphabetPath { get; init; }

    /// <summary>The file of the names of the network's classes, as written; null: they have none.</summary>
    public string? NamesPath { get; init; }

    /// <summary>The paths that it names, as written.</summary>
    public IEnumerable<string> Paths => new[] { Path, LabelsPath, AlphabetPath, NamesPath }.OfType<string>();

    /// <summary>Whether the images' labels are left out.</summary>
    public bool IsUnlabelled { get; init; }

    /// <summary>The full path of the file or folder, without a trailing separator.</summary>
    /// <param name="currentDirectory">The base of relative paths, a full path.</param>
    public string FullPath(string currentDirectory) =>
        System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(Path, currentDirectory));

    /// <summary>The canonical text of this part, which parses to an equal part.</summary>
    public override string ToString()
    {
        string labels = (IsUnlabelled ? NoLabels : LabelsPath) is { } path ? $"{DataSpecParser.LabelsOption}{path}" : string.Empty;
        string alphabet = AlphabetPath is null ? string.Empty : $"{DataSpecParser.AlphabetOption}{AlphabetPath}";
        string names = NamesPath is null ? string.Empty : $"{DataSpecParser.NamesOption}{NamesPath}";
        string whole = $"{DataSpecParser.SchemeOf(Format)}{Path}{labels}{alphabet}{names}";

        // A path may end in what looks like a slice.
        return Slice == SampleSlice.All && DataSpecParser.EndsInSlice(whole) ? $"{whole}@.." : $"{whole}{Slice}";
    }
}
