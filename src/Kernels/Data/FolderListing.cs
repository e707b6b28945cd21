namespace Cluster.Kernels.Data;

/// <summary>Which JPEG files a <c>folder:</c> part means, in which order, with which labels.</summary>
internal static class FolderListing
{
    /// <summary>Full paths and labels, the part's slice applied; every file exists.</summary>
    public static List<(string Path, int Label)> Find(DataPart part, DataReadOptions options)
    {
        string source = part.ToString();
        string folder = Path.TrimEndingDirectorySeparator(options.FullPath(part.Path));
        if (!options.Access.DirectoryExists(folder))
        {
            throw options.Access.FileExists(folder)
                ? new KernelException($"'{options.Access.Shown(folder)}' of '{source}' is a file but folder: names a directory of JPEG files; give the directory.")
                : MissingFile.Error(folder, source, options.Access);
        }

        List<(string Path, int Label)> all = part.LabelsPath is null ? Unlabelled(folder, source, options.Access) : Labelled(part.LabelsPath, folder, source, options);
        (int start, int end) = part.Slice.Resolve(all.Count, source);
        return all.GetRange(start, end - start);
    }

    private static List<(string Path, int Label)> Unlabelled(string folder, string source, DataAccess access)
    {
        string[] files = [.. Directory.EnumerateFiles(access.Resolve(folder)).Select(file => Path.Join(folder, Path.GetFileName(file))).Where(IsJpeg).Order(StringComparer.Ordinal)];
        return files.Length > 0
            ? [.. files.Select(file => (file, ImageRef.Unlabelled))]
            : throw new KernelException($"The folder '{access.Shown(folder)}' of '{source}' holds no .jpg or .jpeg file; name the folder that does.");
    }

    private static List<(string Path, int Label)> Labelled(string labelsPath, string folder, string source, DataReadOptions options)
    {
        string csv = FileLocator.Find(labelsPath, source, [options.CurrentDirectory, folder, Path.GetDirectoryName(folder) ?? folder], options.Access);
        List<(string File, int Label)> rows = LabelCsv.Read(csv, source, options.Access);
        string root = RootOf(rows[0].File, folder, options.Access);
        List<(string Path, int Label)> files = [.. rows.Select(row => (Inside(row.File, root, csv, options.Access), row.Label))];
        List<(string Path, int Label)> missing = files.FindAll(file => !options.Access.FileExists(file.Path));
        return missing.Count == 0
            ? files
            : throw new KernelException(
                $"The label file '{options.Access.Shown(csv)}' names {files.Count} files, {missing.Count} of which are not there, the first '{options.Access.Shown(missing[0].Path)}'{options.Access.Suggestion(missing[0].Path)}; name the folder that they are in.")
            {
                WithoutContent = $"The label file '{options.Access.Shown(csv)}' names files that are not there, or lead out of the folders that the server shares; name the folder that they are in.",
            };
    }

    /// <summary>The folder, or the first folder in it that holds the list's first file: lists often stand beside the folder of images.</summary>
    private static string RootOf(string firstFile, string folder, DataAccess access) =>
        new[] { folder }.Concat(Directory.EnumerateDirectories(access.Resolve(folder)).Select(inside => Path.Join(folder, Path.GetFileName(inside))).Order(StringComparer.Ordinal))
            .FirstOrDefault(candidate => access.FileExists(Path.GetFullPath(firstFile, candidate)), folder);

    /// <summary>A list is data from elsewhere: it must not reach files outside of the folder.</summary>
    private static string Inside(string file, string root, string csv, DataAccess access)
    {
        string path = Path.GetFullPath(file, root);
        return path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? path
            : throw new KernelException($"The label file '{access.Shown(csv)}' names '{file}', which is outside of '{access.Shown(root)}'; name files inside of the folder.");
    }

    private static bool IsJpeg(string path) =>
        path.EndsWith(".jpg", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".jpeg", StringComparison.OrdinalIgnoreCase);
}
