namespace Cluster.DataSpecs.Labels;

/// <summary>The picture files of a <c>folder:</c> or <c>imagefolder:</c> part.</summary>
/// <param name="Folder">The folder's full path.</param>
/// <param name="LabelFile">The full path of the label file; null if the part names none.</param>
/// <param name="Images">At least one; all exist. In the order of the label file, or sorted by name; by class first.</param>
public sealed record FolderListing(string Folder, string? LabelFile, IReadOnlyList<ListedImage> Images)
{
    /// <summary>The full path of the folder of each picture's own label file; null: there is none.</summary>
    public string? LabelFolder { get; private init; }

    private const int MostCounted = 100;

    // Where a larger share of a folder's pictures is not listed, they are another list's.
    private const double MostForgotten = 0.05;
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png"];
    private static readonly string[] OtherPictures = [".webp", ".bmp", ".gif", ".tif", ".tiff", ".heic", ".avif"];

    /// <summary>Lists the files of a part without reading them, including those outside its slice.</summary>
    /// <param name="currentDirectory">The base of relative paths, a full path.</param>
    /// <exception cref="MissingDataException">The folder, its label file or an image does not exist.</exception>
    /// <exception cref="DataSpecException">The label file is not valid, or names a file outside the folder.</exception>
    /// <param name="access">Which files may be opened, and how errors name them.</param>
    public static FolderListing Of(DataPart part, string currentDirectory, DataAccess access) =>
        Of(part, currentDirectory, access, SampleSlice.All);

    /// <summary>The same for only the slice: other files of a list are not looked for.</summary>
    /// <inheritdoc cref="Of(DataPart, string, DataAccess)"/>
    public static FolderListing OfSlice(DataPart part, string currentDirectory, DataAccess access)
    {
        ArgumentNullException.ThrowIfNull(part);
        return Of(part, currentDirectory, access, part.Slice);
    }

    /// <summary>The pictures that the label file probably should name: a few beside those that it does.</summary>
    public IReadOnlyList<string> Forgotten(DataAccess access)
    {
        if (LabelFile is null)
        {
            return [];
        }

        string[] others =
        [
            .. Images.Select(image => Path.GetDirectoryName(image.Path)!)
                .Distinct(StringComparer.Ordinal)
                .SelectMany(folder => PicturesIn(folder, access))
                .Except(Images.Select(image => image.Path), StringComparer.Ordinal),
        ];
        return others.Length <= MostForgotten * Images.Count ? others : [];
    }

    private static FolderListing Of(DataPart part, string currentDirectory, DataAccess access, SampleSlice slice)
    {
        ArgumentNullException.ThrowIfNull(part);
        ArgumentNullException.ThrowIfNull(access);
        string source = part.ToString();
        string folder = part.FullPath(currentDirectory);
        if (!access.DirectoryExists(folder))
        {
            throw access.FileExists(folder)
                ? new MissingDataException(
                    $"'{access.Shown(folder)}' of '{source}' is a file but "
                    + $"{DataSpecParser.SchemeOf(part.Format)} names a directory of pictures; give the directory.")
                : MissingFile.Error(folder, source, access);
        }

        if (part.Format == DataFormat.ImageFolder)
        {
            return new FolderListing(folder, null, Cut(ByClass(folder, source, access), slice, source));
        }

        if (part.LabelsPath is null)
        {
            return new FolderListing(folder, null, Cut(Unlabelled(folder, source, access), slice, source));
        }

        string list = LabelFiles.Find(part, part.LabelsPath, currentDirectory, access);
        if (!access.FileExists(list))
        {
            var pictures = Cut(Unlabelled(folder, source, access), slice, source);
            return new FolderListing(folder, null, [.. Companions.Of(pictures, list, source, access)]) { LabelFolder = list };
        }

        if (list.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            var (rows, categories) = CocoLabels.Read(list, source, access);
            PictureLabels Boxes(IReadOnlyList<ListedBox> boxes) => new(PictureLabelKind.Boxes, categories) { Boxes = boxes };
            return new FolderListing(folder, list, Labelled(
                rows, (path, boxes) => new ListedImage(path, null, Boxes(boxes)), list, folder, slice, source, access));
        }

        if (part.AlphabetPath is null)
        {
            return new FolderListing(folder, list, Labelled(
                LabelCsv.Read(list, source, access), (path, label) => new ListedImage(path, label), list, folder, slice, source, access));
        }

        var alphabet = Alphabet.Read(LabelFiles.Find(part, part.AlphabetPath, currentDirectory, access), source, access);
        PictureLabels Text(string text, string path) =>
            new(PictureLabelKind.Text, alphabet.Count) { Text = alphabet.Places(text, access.Shown(path)) };
        return new FolderListing(folder, list, Labelled(
            LabelCsv.ReadTexts(list, source, access),
            (path, text) => new ListedImage(path, null, Text(text, path)),
            list,
            folder,
            slice,
            source,
            access));
    }

    private static T[] Cut<T>(IReadOnlyList<T> all, SampleSlice slice, string source)
    {
        (int start, int end) = slice.Resolve(all.Count, source);
        return [.. all.Skip(start).Take(end - start)];
    }

    private static ListedImage[] Unlabelled(string folder, string source, DataAccess access)
    {
        string[] files = PicturesIn(folder, access);
        bool HasPictures(string inside) => PicturesIn(Path.Join(folder, Path.GetFileName(inside)), access).Length > 0;
        return files.Length > 0
            ? [.. files.Select(file => new ListedImage(file, null))]
            : throw new MissingDataException(
                $"The folder '{access.Shown(folder)}' of '{source}' holds no .jpg, .jpeg or .png file; "
                + (Directory.EnumerateDirectories(access.Resolve(folder)).Any(HasPictures)
                    ? "its folders do: write imagefolder: in place of folder:, and each is a class."
                    : Others(folder, access) is { } others ? $"it holds {others}: convert them to .png or .jpg."
                    : "name the folder that does."));
    }

    // The commonest kind of pictures that are not read: "20 .webp files".
    private static string? Others(string folder, DataAccess access) => Directory.EnumerateFiles(access.Resolve(folder))
        .CountBy(file => Path.GetExtension(file).ToLowerInvariant())
        .Where(kind => OtherPictures.Contains(kind.Key))
        .OrderByDescending(kind => kind.Value)
        .Select(kind => $"{kind.Value} {kind.Key} {(kind.Value == 1 ? "file" : "files")}")
        .FirstOrDefault();

    // The folders in the order of their names are the classes 0, 1, 2, ... Hidden ones, such as .git, are none; an empty one would move the
    // labels of all behind it.
    private static List<ListedImage> ByClass(string folder, string source, DataAccess access)
    {
        string[] classes = [.. Directory.EnumerateDirectories(access.Resolve(folder))
            .Select(inside => Path.Join(folder, Path.GetFileName(inside)))
            .Where(inside => Path.GetFileName(inside)[0] != '.')
            .Order(StringComparer.Ordinal)];
        string[][] pictures = [.. classes.Select(inside => PicturesIn(inside, access))];
        if (!pictures.Any(inside => inside.Length > 0))
        {
            throw new MissingDataException(
                $"The folder '{access.Shown(folder)}' of '{source}' holds no folder with .jpg, .jpeg or .png files; name the folder "
                + "that has one for each class.");
        }

        int empty = Array.FindIndex(pictures, inside => inside.Length == 0);
        return empty < 0
            ? [.. pictures.Index().SelectMany(entry => entry.Item.Select(file => new ListedImage(file, entry.Index)))]
            : throw new MissingDataException(
                $"The folder '{access.Shown(classes[empty])}' holds no .jpg, .jpeg or .png file, where every folder of '{source}' is a "
                + "class and their order gives the labels: give it pictures, or take it away if it is no class.");
    }

    private static string[] PicturesIn(string folder, DataAccess access) =>
    [
        .. Directory.EnumerateFiles(access.Resolve(folder))
            .Select(file => Path.Join(folder, Path.GetFileName(file)))
            .Where(IsPicture)
            .Order(StringComparer.Ordinal),
    ];

    private static ListedImage[] Labelled<T>(
        IReadOnlyList<(string File, T Label)> rows,
        Func<string, T, ListedImage> listed,
        string list,
        string folder,
        SampleSlice slice,
        string source,
        DataAccess access)
    {
        string root = RootOf(rows[0].File, folder, access);
        ListedImage[] images =
            [.. Cut(rows, slice, source).Select(row => listed(Inside(row.File, root, list, access), row.Label))];
        if (images.GroupBy(image => image.Path, StringComparer.Ordinal)
            .FirstOrDefault(same => same.Select(image => image.Label).Distinct().Skip(1).Any()) is { } torn)
        {
            throw new DataSpecException(
                $"The label file '{access.Shown(list)}' gives '{access.Shown(torn.Key)}' the labels "
                + $"{string.Join(" and ", torn.Select(image => image.Label).Distinct())}, where a picture has one: correct it.");
        }

        string[] paths = [.. images.Select(image => image.Path).Distinct(StringComparer.Ordinal)];
        string[] missing = [.. paths.Where(path => !access.FileExists(path)).Take(MostCounted)];
        return missing.Length == 0
            ? images
            : throw new MissingDataException(
                $"The label file '{access.Shown(list)}' names {paths.Length} files, {missing.Length}"
                + $"{(missing.Length == MostCounted ? " or more" : "")} of which do not exist, the first "
                + $"'{access.Shown(missing[0])}'{access.Suggestion(missing[0])}; name the folder that they are in.")
            {
                WithoutContent =
                    $"The label file '{access.Shown(list)}' names files that do not exist, or lead out of the folders that the "
                    + "server shares; name the folder that they are in.",
            };
    }

    /// <summary>
    /// The folder, or the first folder in it that holds the list's first file: lists are often next to the folder of images.
    /// </summary>
    private static string RootOf(string firstFile, string folder, DataAccess access) =>
        new[] { folder }.Concat(Directory.EnumerateDirectories(access.Resolve(folder))
            .Select(inside => Path.Join(folder, Path.GetFileName(inside)))
            .Order(StringComparer.Ordinal))
            .FirstOrDefault(candidate => access.FileExists(Path.GetFullPath(firstFile, candidate)), folder);

    /// <summary>A list is untrusted input: it must not reach files outside the folder.</summary>
    private static string Inside(string file, string root, string list, DataAccess access)
    {
        string path = Path.GetFullPath(file, root);
        return path.StartsWith(Path.TrimEndingDirectorySeparator(root) + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? path
            : throw new DataSpecException(
                $"The label file '{access.Shown(list)}' names '{file}', which is outside of '{access.Shown(root)}'; name files "
                + "inside of the folder.");
    }

    private static bool IsPicture(string path) =>
        Extensions.Any(extension => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase));
}

/// <summary>One image of a <see cref="FolderListing"/>.</summary>
/// <param name="Path">A full path.</param>
/// <param name="Label">Its class, from 0; null if the part has no classes.</param>
/// <param name="Labels">Its boxes, mask or text; null without.</param>
public readonly record struct ListedImage(string Path, int? Label, PictureLabels? Labels = null);
