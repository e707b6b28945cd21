using Cluster.DataSpecs;

namespace Cluster.Kernels.Data.Arrays;

/// <summary>One file of arrays, with its labels.</summary>
/// <param name="Name">The part of the spec that names it.</param>
/// <param name="Labels">One for each sample; null without.</param>
/// <param name="Count">Samples that it holds.</param>
internal sealed record ArraySource(
    string Name, IReadOnlyList<ArrayEntry> Entries, int[]? Labels, int Count, DataAccess Access)
{
    /// <summary>The array of an archive that holds labels.</summary>
    public const string LabelsArray = "labels";

    /// <summary>The array of an archive that holds what the first output should be.</summary>
    public const string TargetsArray = "targets";

    /// <summary>The array of an archive that holds boxes: rows of left, top, right, bottom and class.</summary>
    public const string BoxesArray = "boxes";

    /// <summary>Reads the heads of a part's arrays, and its labels.</summary>
    /// <exception cref="KernelException">A file is missing, damaged, or does not fit the other.</exception>
    public static ArraySource Open(DataPart part, DataReadOptions options)
    {
        string source = part.ToString();
        string path = options.FullPath(part.Path);
        if (part.Format == DataFormat.Npy)
        {
            var only = ArrayFiles.OpenNpy(path, source, options);
            var labels = part.LabelsPath is null
                ? null
                : ArrayFiles.OpenNpy(LabelFiles.Find(part, options.CurrentDirectory, options.Access), source, options);
            return Of(source, [only], labels, only, options);
        }

        var entries = ArrayFiles.OpenNpz(path, source, options);
        var labelled = entries.FirstOrDefault(entry => entry.Name == LabelsArray);
        return Of(source, entries, labelled, labelled ?? entries.FirstOrDefault(entry => entry.Header.Type is not null), options);
    }

    private static ArraySource Of(
        string source, IReadOnlyList<ArrayEntry> entries, ArrayEntry? labels, ArrayEntry? counted, DataReadOptions options)
    {
        if (counted is not { Rows: >= 1 and <= int.MaxValue })
        {
            throw new KernelException($"'{source}' holds no samples; arrays with the samples in their first dimension are expected.");
        }

        int[]? values = labels?.LoadLabels();
        return values is null || values.Length == counted.Rows
            ? new ArraySource(source, entries, values, (int)counted.Rows, options.Access)
            : throw new KernelException(
                $"'{source}' has {values.Length} labels for {counted.Rows} samples; give the labels that belong to them.");
    }
}
