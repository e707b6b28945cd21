namespace Cluster.Data.Arrays;

/// <summary>One file of arrays, with its labels.</summary>
/// <param name="Name">The part of the spec that names it.</param>
/// <param name="Labels">One for each sample before <paramref name="End"/>; null without.</param>
/// <param name="Count">Samples in the file.</param>
/// <param name="Start">The first sample that the part selects.</param>
/// <param name="End">The sample after the last selected one.</param>
internal sealed record ArraySource(
    string Name, IReadOnlyList<ArrayEntry> Entries, int[]? Labels, int Count, int Start, int End, DataAccess Access)
{
    /// <summary>Whether it has as many samples as an archive has labels.</summary>
    public bool IsCountedByLabels { get; private init; }

    // The source with every array by itself, where some are lists of samples by their names alone.
    private Func<ArraySource>? Plain { get; init; }

    /// <summary>The source as a network takes it: x_0 and x_1 may be inputs, or the samples of x.</summary>
    public ArraySource For(IReadOnlyList<ValueInfo> inputs) =>
        Plain is not null && inputs.Any(input => Of(input.Name, inputs.Count == 1) is null) ? Plain() : InBatches(inputs);

    /// <summary>Rows of the file in a sample: above 1 where the network takes as many at a time, which depend on each other.</summary>
    public int Together { get; private init; } = 1;

    // A network of a fixed batch takes (batch, ...) whole as one sample, and the file has (samples, ...).
    private ArraySource InBatches(IReadOnlyList<ValueInfo> inputs)
    {
        if (inputs is not [{ Shape: [_, > 1 and <= int.MaxValue and var first, ..] }, ..] || !inputs.All(input =>
            input.Shape is [_, var batch, ..] && batch == first
            && Of(input.Name, inputs.Count == 1) is { Members: null } entry && entry.Header.Shape.Length == input.Shape.Count - 1
            && entry.Header.Shape.Skip(1).SequenceEqual(input.Shape.Skip(2))))
        {
            return this;
        }

        int size = (int)first;
        int start = (Start + size - 1) / size;
        int end = End / size;
        return start >= end
            ? throw new KernelException(
                $"'{Name}' has {End - Start} samples, and the network takes {size} at a time, which depend on each other; give as many "
                + "or more.")
            : this with
            {
                Entries = [.. Entries.Select(entry => entry.Together(size))],
                Labels = null,
                Count = Count / size,
                Start = start,
                End = end,
                Together = size,
            };
    }

    /// <summary>Whether it has an array of the same name, type and shape of a row, with a row for each sample.</summary>
    public bool HasRowsOf(ArrayEntry other) => Of(other.Name, isOnly: false) is { Members: null } own && own.Rows == Count
        && own.Header.Type == other.Header.Type && own.Header.Shape.Skip(1).SequenceEqual(other.Header.Shape.Skip(1));

    /// <summary>The array of an input: of its name, or without a name for the only one; null if there is none.</summary>
    public ArrayEntry? Of(string input, bool isOnly) =>
        Entries.FirstOrDefault(entry => entry.Name == input || (isOnly && entry.Name.Length == 0));

    /// <summary>The array of an archive that holds labels.</summary>
    public const string LabelsArray = "labels";

    /// <summary>The array of an archive that holds the expected first output.</summary>
    public const string TargetsArray = "targets";

    /// <summary>The array of an archive that holds boxes: rows of left, top, right, bottom and class.</summary>
    public const string BoxesArray = "boxes";

    /// <summary>The array of an archive that holds a class for each pixel, (samples, height, width).</summary>
    public const string MasksArray = "masks";

    /// <summary>The array of an archive that holds strings as classes of the output, (samples, longest); below 0 behind a string.</summary>
    public const string StringsArray = "strings";

    /// <summary>The arrays that judge outputs.</summary>
    public static IReadOnlyList<string> Roles { get; } = [LabelsArray, TargetsArray, BoxesArray, MasksArray, StringsArray];

    /// <summary>Reads the headers of a part's arrays, and its labels.</summary>
    /// <exception cref="KernelException">A file is missing, damaged, or does not fit the other.</exception>
    public static ArraySource Open(DataPart part, DataReadOptions options)
    {
        string source = part.ToString();
        string path = options.FullPath(part.Path);
        if (part.Format == DataFormat.Npy)
        {
            var only = Directory.Exists(path)
                ? ArrayFiles.OpenFolder(path, source, options)
                : ArrayFiles.OpenNpy(path, source, options);
            var labels = part.LabelsPath is null
                ? null
                : ArrayFiles.OpenNpy(LabelFiles.Find(part, part.LabelsPath, options.CurrentDirectory, options.Access), source, options);
            return Of(part, [only], labels, only, options);
        }

        var entries = ArrayFiles.OpenNpz(path, source, options);
        var lists = ArrayLists.Of(entries);
        return lists.Count == entries.Count
            ? Counted(part, entries, options)
            : Counted(part, lists, options) with { Plain = () => Counted(part, entries, options) };
    }

    private static ArraySource Counted(DataPart part, IReadOnlyList<ArrayEntry> entries, DataReadOptions options)
    {
        var labelled = entries.FirstOrDefault(entry => entry.Name == LabelsArray);
        var counted = labelled ?? entries.FirstOrDefault(entry => entry.Header.Type is not null) ?? entries[0];
        return Of(part, entries, labelled, counted, options) with
        {
            IsCountedByLabels = labelled is not null,
        };
    }

    private static ArraySource Of(
        DataPart part, IReadOnlyList<ArrayEntry> entries, ArrayEntry? labels, ArrayEntry counted, DataReadOptions options)
    {
        string source = part.ToString();
        if (counted is not { Rows: >= 1 and <= int.MaxValue })
        {
            throw new KernelException(
                $"{counted.Shown} is {counted.Header.TypeName} {ArrayShapes.Text(counted.Header.Shape)}, which holds no samples; arrays "
                + "with the samples in their first dimension are expected.");
        }

        if (labels is not null && labels.Rows != counted.Rows)
        {
            throw new KernelException(
                $"'{source}' has {labels.Rows} labels for {counted.Rows} samples; give the labels that belong to them.");
        }

        int count = (int)counted.Rows;
        (int start, int end) = part.Slice.Resolve(count, source);
        return new ArraySource(source, entries, labels?.LoadLabels(end), count, start, end, options.Access);
    }
}
