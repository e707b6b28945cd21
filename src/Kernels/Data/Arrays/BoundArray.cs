using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Data.Arrays;

/// <summary>The values of one network input: one array per source of a set.</summary>
/// <param name="Shape">Shape of a sample.</param>
internal sealed record BoundArray(string Name, ElementType Type, long[] Shape, IReadOnlyList<StoredArray> Arrays)
{
    // Left, top, right, bottom, class.
    private const int BoxWidth = 5;

    /// <summary>Bytes of a sample in the network's type.</summary>
    public int RowBytes { get; } =
        checked((int)TensorData.ByteCount(Type, Shape.Aggregate(1L, (product, size) => checked(product * size))));

    /// <summary>Finds the array of an input in each source.</summary>
    /// <exception cref="KernelException">One is missing, or of another type or shape.</exception>
    public static BoundArray Find(ValueInfo input, bool isOnly, IReadOnlyList<ArraySource> sources) =>
        Find(input, isOnly, "the network's input", sources);

    /// <summary>Finds an output's targets in each source.</summary>
    /// <exception cref="KernelException">A source has none, or of another type or shape.</exception>
    public static BoundArray Targets(ValueInfo output, IReadOnlyList<ArraySource> sources) => Find(
        new ValueInfo(ArraySource.TargetsArray, ElementType.Float, output.Shape),
        isOnly: false,
        $"the targets of the output '{output.Name}',",
        sources);

    /// <summary>Finds the boxes of each source, all with as many rows per sample as the first source.</summary>
    /// <exception cref="KernelException">A source has none, or of another type or shape.</exception>
    public static BoundArray Boxes(IReadOnlyList<ArraySource> sources)
    {
        long[] found = sources[0].Entries.FirstOrDefault(entry => entry.Name == ArraySource.BoxesArray)?.Header.Shape ?? [];
        var boxes = new ValueInfo(ArraySource.BoxesArray, ElementType.Float, [-1, found is [_, > 0, _] ? found[1] : 1, BoxWidth]);
        return Find(boxes, isOnly: false, "the boxes of the labels,", sources);
    }

    /// <summary>Reads consecutive rows of one source, converted.</summary>
    public void Read(int source, int firstRow, Span<byte> rows)
    {
        var array = Arrays[source];
        if (array.Type == Type)
        {
            array.Read(firstRow, rows);
            return;
        }

        int stored = checked((int)array.RowElements * TensorData.ElementSize(array.Type));
        byte[] raw = new byte[stored];
        for (int row = 0; row < rows.Length / RowBytes; row++)
        {
            array.Read(firstRow + row, raw);
            ElementConversion.Convert(raw, array.Type, rows.Slice(row * RowBytes, RowBytes), Type, $"The array '{Name}'");
        }
    }

    private static BoundArray Find(ValueInfo input, bool isOnly, string what, IReadOnlyList<ArraySource> sources)
    {
        long[] shape = [.. input.Shape.Skip(1)];
        return new BoundArray(
            input.Name, input.Type, shape, [.. sources.Select(source => Find(input, shape, isOnly, what, source))]);
    }

    private static StoredArray Find(ValueInfo input, long[] shape, bool isOnly, string what, ArraySource source)
    {
        var entry = source.Of(input.Name, isOnly);
        if (entry is null)
        {
            string missing = $"'{source.Name}' has no array for {what} {ArrayShapes.Text(input)}";
            const string Advice = "name each array after its input";
            string found = string.Join(
                ", ", source.Entries.Take(20).Select(entry => entry.Name.Length == 0 ? "one without a name" : $"'{entry.Name}'"));
            throw new KernelException(source.Access.Told($"{missing}; it holds {found}: {Advice}.", $"{missing}; {Advice}.", source.Name));
        }

        var array = entry.Load(source.End);
        if (array.Shape[0] != source.Count && array.Shape.Skip(1).SequenceEqual(shape) && source.IsCountedByLabels)
        {
            throw new KernelException(
                $"'{source.Name}' has {source.Count} labels for {array.Shape[0]} samples of '{entry.Name}'; give one label for each.");
        }

        return array.Shape[0] == source.Count && array.Shape.Skip(1).SequenceEqual(shape)
            && ElementConversion.IsPossible(array.Type, input.Type)
                ? array
                : throw new KernelException(
                    $"{entry.Shown} is {ArrayShapes.Text(array.Type)} {ArrayShapes.Text(array.Shape)} but {what} "
                    + $"{ArrayShapes.Text(input)} is to be filled for {source.Count} samples; write it in that shape.");
    }
}
