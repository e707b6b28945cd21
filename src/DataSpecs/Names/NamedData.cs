using System.Text.RegularExpressions;

namespace Cluster.DataSpecs.Names;

/// <summary>Puts files in the place of names: <c>mnist/train@0..500</c> becomes <c>idx:…/train-images-idx3-ubyte.gz@0..500</c>.</summary>
public static partial class NamedData
{
    /// <summary>The text of a spec without names. Any text that is not such a name stays unchanged.</summary>
    /// <exception cref="DataSpecException">A named data set is in none of the folders, or its slice reaches outside it.</exception>
    public static string Expand(string text, DataRoots roots)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(roots);
        return Named().Replace(text.Trim(), match =>
        {
            var set = KnownDataSet.Find(match.Groups["set"].Value)!;
            return Spec(set, match.Groups["split"].Value, match.Groups["slice"].Value, roots);
        });
    }

    private static string Spec(KnownDataSet set, string split, string slice, DataRoots roots)
    {
        bool training = string.Equals(split, KnownDataSet.TrainingName, StringComparison.Ordinal);
        var files = roots.Folders.Select(root => set.FilesIn(root, training)).FirstOrDefault(found => found is not null)
            ?? throw new MissingDataException(
                $"The data set '{set.Name}/{split}' is in none of the folders {string.Join(", ", roots.Folders)}: fetch it with ./cluster "
                + $"data fetch {set.Name}, or name the folder that holds {set.Folders[0]}/ with --data-root or in {DataRoots.Variable}.");
        var asked = DataSpecParser.Parse($"{DataSpecParser.SchemeOf(set.Format)}x{slice}").Parts[0].Slice;
        var (start, end) = asked.Resolve(files.Sum(file => file.File.Count), $"{set.Name}/{split}");
        var parts = new List<DataPart>();
        int first = 0;
        foreach (var (path, file) in files)
        {
            int from = Math.Max(start - first, 0);
            int to = Math.Min(end - first, file.Count);
            if (from < to)
            {
                var part = from == 0 && to == file.Count ? SampleSlice.All : new SampleSlice(from, to);
                parts.Add(new DataPart(set.Format, path, null, part));
            }

            first += file.Count;
        }

        return new DataSpec(parts).ToString();
    }

    // Only at the start or after a +, up to the next part: a path that holds such a name is a path.
    [GeneratedRegex(
        @"(?<=\A|\+)(?<set>mnist|fashion-mnist|cifar10)/(?<split>train|test)(?<slice>@-?[0-9]*\.\.(?:-?[0-9]+)?)?(?=\+|\z)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Named();
}
