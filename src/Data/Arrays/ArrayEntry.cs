namespace Cluster.Data.Arrays;

/// <summary>An array of a file whose header was read; <see cref="Load"/> makes its elements accessible.</summary>
/// <param name="Name">Of the array; empty for the only one of a .npy file.</param>
/// <param name="Shown">Its name in messages.</param>
/// <param name="Open">Makes the given number of rows accessible, from the first.</param>
internal sealed record ArrayEntry(string Name, string Shown, NpyHeader Header, Func<long, StoredArray> Open)
{
    private const long LongestRow = 1L << 30;

    /// <summary>One array a sample; null: it is one array with the samples in its first dimension.</summary>
    public IReadOnlyList<ArrayEntry>? Members { get; init; }

    /// <summary>Samples in the array; 0 without a first dimension.</summary>
    public long Rows => Members is not null ? Members.Count : Header.Shape.Length == 0 ? 0 : Header.Shape[0];

    /// <summary>The shape of each sample, of equal ones once.</summary>
    public IReadOnlyList<long[]> SampleShapes =>
        Members is null ? [Header.Shape[1..]] : [.. Members.Select(member => member.Header.Shape)];

    /// <summary>The same, with one sample an element of the list where that is how they are stored.</summary>
    public IReadOnlyList<StoredArray> LoadAll(long rows) =>
        Members is null ? [Load(rows)] : [.. Members.Take((int)rows).Select(member => member.AsSample().Load(1))];

    /// <summary>The array with as many of its rows as are given in each sample, without those that are left.</summary>
    public ArrayEntry Together(int rows)
    {
        if (Members is not null || Header.Shape is not [var all, .. var rest])
        {
            return this;
        }

        var header = Header with { Shape = [all / rows, rows, .. rest] };
        return this with { Header = header, Open = samples => Open(samples * rows).Shaped(header) };
    }

    // The whole array is one sample.
    private ArrayEntry AsSample()
    {
        var header = Header with { Shape = [1, .. Header.Shape] };
        return this with { Header = header, Open = rows => Open(rows).Shaped(header) };
    }

    /// <exception cref="KernelException">It is of a type that is not read, empty, too large, or damaged.</exception>
    /// <param name="rows">How many of its rows to read, from the first.</param>
    public StoredArray Load(long rows) => this switch
    {
        { Header.TypeName: "object" } => throw new KernelException(
            $"{Shown} is object, as of samples of several shapes; write an array for each: numpy.savez(FILE, **{{f'x_{{i}}': a for i, a in "
            + "enumerate(x)})."),
        { Header.Type: null } => throw new KernelException(
            $"{Shown} is {Header.TypeName}; {NpyHeader.Types} are read: convert it with astype."),
        _ when Rows == 0 || Header.Shape.Contains(0) => throw new KernelException(
            $"{Shown} has the shape {ArrayShapes.Text(Header.Shape)}, which holds nothing; expected samples in its first dimension."),
        _ when Header.ContentBytes / Rows > LongestRow => throw new KernelException(
            $"{Shown} has {Header.ContentBytes / Rows} bytes for each sample; at most {LongestRow} are read."),
        _ => Open(Math.Min(rows, Rows)),
    };

    /// <summary>The array as labels: one integer for each sample.</summary>
    /// <param name="count">How many to read, from the first; no more than there are.</param>
    /// <exception cref="KernelException">It is not such an array.</exception>
    public int[] LoadLabels(int count)
    {
        if (Header is not { Shape: [_] } || Header.Type is null or ElementType.Float16 or ElementType.Float or ElementType.Double)
        {
            throw new KernelException(
                $"{Shown} is {Header.TypeName} {ArrayShapes.Text(Header.Shape)}; "
                + "labels are one integer for each sample, [N].");
        }

        var stored = Load(count);
        int[] labels = new int[count];
        for (int start = 0; start < labels.Length; start += ElementConversion.Chunk)
        {
            int inChunk = Math.Min(ElementConversion.Chunk, labels.Length - start);
            byte[] raw = new byte[inChunk * TensorData.ElementSize(stored.Type)];
            stored.Read(start, raw);
            for (int i = 0; i < inChunk; i++)
            {
                var label = ElementConversion.Integer(raw, stored.Type, i);
                labels[start + i] = label >= 0 && label <= int.MaxValue
                    ? (int)label
                    : throw new KernelException($"{Shown} has the label {label} at {start + i}; labels are 0 or more.");
            }
        }

        return labels;
    }
}
