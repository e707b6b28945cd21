using Cluster.Terminal;

namespace Cluster.Client.Data;

/// <summary>
/// Finds the files of a part where the job's server will look for them in the tar. Label files are looked for in the same places as
/// for a local job; of a folder with a list of labels only the listed files count.
/// </summary>
/// <param name="current">What relative paths are relative to, a full path.</param>
internal sealed class PartFinder(string current)
{
    /// <exception cref="NotFoundException">A file is missing.</exception>
    /// <exception cref="UsageException">A list of labels is not understood or names a file outside of its folder.</exception>
    public PartFiles Find(SpecPart part) => part.Scheme == SpecPart.Folder ? FindFolder(part) : FindFile(part);

    /// <summary>The part with full paths, for nodes that see them; nothing need be there.</summary>
    public SpecPart Absolute(SpecPart part)
    {
        string root = FullPath(part.Path);
        string? labels = part.Labels is null ? null : Array.Find(LabelPlaces(part.Scheme, part.Labels, root), File.Exists) ?? FullPath(part.Labels);
        return part with { Path = root, Labels = labels };
    }

    private PartFiles FindFile(SpecPart part)
    {
        string path = FullPath(part.Path);
        if (!File.Exists(path))
        {
            throw new NotFoundException(Directory.Exists(path) ? $"'{path}' of '{part}' is a folder; name a file." : $"there is no file '{path}' of '{part}'.");
        }

        string name = Path.GetFileName(path);
        var files = new List<PackedFile> { new(name, path) };
        if (part.Labels is not null)
        {
            string labels = FindLabels(part, path);
            files.Add(new PackedFile(LabelName(labels, name), labels));
        }
        else if (part.Scheme == SpecPart.Idx && IdxLabels(path).FirstOrDefault(File.Exists) is { } beside)
        {
            files.Add(new PackedFile(Path.GetFileName(beside), beside));
        }

        return new PartFiles(name, path, part.Labels is null ? null : files[^1].Name, files);
    }

    private PartFiles FindFolder(SpecPart part)
    {
        string root = FullPath(part.Path);
        if (!Directory.Exists(root))
        {
            throw new NotFoundException(File.Exists(root) ? $"'{root}' of '{part}' is a file; folder: names a folder of JPEG files." : $"there is no folder '{root}' of '{part}'.");
        }

        string name = Path.GetFileName(root) is { Length: > 0 } leaf ? leaf : "root";
        if (part.Labels is null)
        {
            PackedFile[] images = [.. Directory.EnumerateFiles(root).Where(IsJpeg).Select(file => new PackedFile($"{name}/{Path.GetFileName(file)}", file))];
            return images.Length > 0
                ? new PartFiles(name, root, null, images)
                : throw new NotFoundException($"the folder '{root}' of '{part}' holds no .jpg or .jpeg file; name the folder that does.");
        }

        string labels = FindLabels(part, root);
        var listed = ListedFiles.Read(labels);
        string listRoot = ListRoot(listed[0], root);
        var files = listed.Distinct(StringComparer.Ordinal).Select(file => Inside(file, listRoot, labels)).Distinct(StringComparer.Ordinal)
            .Select(file => new PackedFile($"{name}/{Path.GetRelativePath(root, file)}", file)).ToList();
        if (files.Find(file => !File.Exists(file.Path)) is { Path: { } missing })
        {
            throw new NotFoundException($"the label file '{labels}' names '{missing}', which is not there; name the folder that it is in.");
        }

        files.Add(new PackedFile(LabelName(labels, name), labels));
        return new PartFiles(name, root, files[^1].Name, files);
    }

    private string FindLabels(SpecPart part, string root)
    {
        string[] places = LabelPlaces(part.Scheme, part.Labels!, root);
        return Array.Find(places, File.Exists)
            ?? throw new NotFoundException($"the label file '{part.Labels}' of '{part}' was not found; tried {string.Join(", ", places.Select(path => $"'{path}'"))}.");
    }

    private string[] LabelPlaces(string scheme, string labels, string root)
    {
        string beside = Path.GetDirectoryName(root) ?? root;
        string[] folders = scheme == SpecPart.Folder ? [current, root, beside] : [current, beside];
        return [.. folders.Select(folder => Path.GetFullPath(labels, folder)).Distinct(StringComparer.Ordinal)];
    }

    // images/train.gz may have its labels in labels/train.gz.
    private static string LabelName(string labels, string name) => Path.GetFileName(labels) is var leaf && leaf == name ? $"labels/{leaf}" : leaf;

    // train-images-idx3-ubyte.gz has its labels in train-labels-idx1-ubyte(.gz), or with the same number.
    private static IEnumerable<string> IdxLabels(string images)
    {
        string name = Path.GetFileName(images);
        int at = name.LastIndexOf("images", StringComparison.Ordinal);
        if (at < 0)
        {
            return [];
        }

        string renamed = $"{name[..at]}labels{name[(at + "images".Length)..]}";
        string single = renamed.Replace("idx3", "idx1", StringComparison.Ordinal).Replace("idx4", "idx1", StringComparison.Ordinal);
        return new[] { single, renamed }
            .SelectMany(candidate => new[] { candidate, candidate.EndsWith(".gz", StringComparison.Ordinal) ? candidate[..^3] : $"{candidate}.gz" })
            .Select(candidate => Path.Combine(Path.GetDirectoryName(images)!, candidate));
    }

    // The folder, or the first one in it that has the list's first file.
    private static string ListRoot(string first, string root) =>
        new[] { root }.Concat(Directory.EnumerateDirectories(root).Order(StringComparer.Ordinal))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, first)), root);

    private static string Inside(string file, string root, string labels)
    {
        string path = Path.GetFullPath(file, root);
        return path.StartsWith(Path.TrimEndingDirectorySeparator(root) + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? path
            : throw new UsageException($"the label file '{labels}' names '{file}', which is outside of '{root}'; name files inside of the folder.");
    }

    private static bool IsJpeg(string path) =>
        path.EndsWith(".jpg", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".jpeg", StringComparison.OrdinalIgnoreCase);

    private string FullPath(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, current));
}
