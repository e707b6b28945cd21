namespace Cluster.Client.Data;

/// <summary>
/// Gathers the files of a spec under names that do not depend on their location, so that equal data makes an equal tar and slices of one
/// file share its upload.
/// </summary>
internal sealed class DataPacker(string currentDirectory)
{
    private readonly PartFinder _finder = new(currentDirectory);

    /// <exception cref="DataSpecException">The text is not a spec, or a list of labels is not understood.</exception>
    /// <exception cref="MissingDataException">A file is missing.</exception>
    public DataPackage Pack(string spec)
    {
        var roots = new Dictionary<string, string>(StringComparer.Ordinal);
        var parts = new List<DataPart>();
        foreach (var part in DataSpec.Parse(spec).Parts)
        {
            var found = _finder.Find(part);
            string prefix = Enumerable.Range(1, int.MaxValue)
                .Select(number => number == 1 ? "" : $"{number}/")
                .First(prefix => IsFree(found, prefix, roots));
            roots[prefix + found.Name] = found.Root;
            foreach (var file in found.Files)
            {
                roots[prefix + file.Name] = file.Path;
            }

            parts.Add(part with
            {
                Path = prefix + found.Name,
                LabelsPath = found.Labels is null ? null : prefix + found.Labels,
                AlphabetPath = found.Alphabet is null ? null : prefix + found.Alphabet,
                NamesPath = found.ClassNames is null ? null : prefix + found.ClassNames,
            });
        }

        var files = roots.Where(entry => File.Exists(entry.Value))
            .Select(entry => new PackedFile(entry.Key, entry.Value))
            .OrderBy(file => file.Name, StringComparer.Ordinal);
        return new DataPackage(string.Join('+', parts), [.. files]);
    }

    /// <summary>The spec with full paths, for nodes that see the same files.</summary>
    /// <exception cref="DataSpecException">The text is not a spec.</exception>
    public string Absolute(string spec) => string.Join('+', DataSpec.Parse(spec).Parts.Select(_finder.Absolute));

    // Two slices of one file are two parts with the same name.
    private static bool IsFree(PartFiles part, string prefix, Dictionary<string, string> roots) =>
        part.Files.Append(new PackedFile(part.Name, part.Root))
            .All(file =>
                !roots.TryGetValue(prefix + file.Name, out string? taken) || string.Equals(taken, file.Path, StringComparison.Ordinal));
}

/// <summary>The files of a data set, and its spec with paths relative to the root of their tar.</summary>
/// <param name="Files">Sorted by name, each name once.</param>
internal sealed record DataPackage(string Spec, IReadOnlyList<PackedFile> Files);
