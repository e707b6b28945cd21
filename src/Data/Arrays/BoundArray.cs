namespace Cluster.Data.Arrays;

/// <summary>The values of one network input.</summary>
/// <param name="Shape">Shape of a sample as the network has it; a sample's own may differ along axes that the network leaves free.</param>
/// <param name="Arrays">One array of all samples for each source of a set, or one for each sample.</param>
internal sealed record BoundArray(string Name, ElementType Type, long[] Shape, IReadOnlyList<IReadOnlyList<StoredArray>> Arrays)
{
    /// <summary>Bytes of a sample of <see cref="Shape"/> in the network's type.</summary>
    public int RowBytes { get; } = BytesOf(Type, Shape);

    /// <summary>Bytes of a sample in the network's type.</summary>
    public int BytesOf(int source, int row) => BytesOf(Type, ShapeOf(source, row));

    /// <summary>The shape of a sample.</summary>
    public long[] ShapeOf(int source, int row) => SampleShape(At(source, row).Array, Shape.Length);

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
        var boxes = new ValueInfo(ArraySource.BoxesArray, ElementType.Float, [-1, found is [_, > 0, _] ? found[1] : 1, BoxLabels.ArrayRow]);
        return Find(boxes, isOnly: false, "the boxes of the labels,", sources);
    }

    /// <summary>Finds the masks of each source, all of the first one's size.</summary>
    /// <exception cref="KernelException">A source has none, or of another type or shape.</exception>
    public static BoundArray Masks(IReadOnlyList<ArraySource> sources)
    {
        long[] found = sources[0].Entries.FirstOrDefault(entry => entry.Name == ArraySource.MasksArray)?.Header.Shape ?? [];
        long[] size = found is [_, > 0, > 0] or [_, 1, > 0, > 0] ? found[^2..] : [1, 1];
        return Find(
            new ValueInfo(ArraySource.MasksArray, ElementType.Float, found.Length == 4 ? [-1, 1, .. size] : [-1, .. size]),
            isOnly: false,
            "the masks of the labels,",
            sources);
    }

    /// <summary>Finds the strings of each source, all as long as the first one's.</summary>
    /// <exception cref="KernelException">A source has none, or of another type or shape.</exception>
    public static BoundArray Strings(IReadOnlyList<ArraySource> sources)
    {
        long[] found = sources[0].Entries.FirstOrDefault(entry => entry.Name == ArraySource.StringsArray)?.Header.Shape ?? [];
        return Find(
            new ValueInfo(ArraySource.StringsArray, ElementType.Float, [-1, found is [_, > 0] ? found[1] : 1]),
            isOnly: false,
            "the strings of the labels,",
            sources);
    }

    /// <summary>Finds an array that is no input in each source, of the first one's type and shape.</summary>
    /// <param name="name">One that <see cref="ArraySource.HasRowsOf"/> holds of in each.</param>
    public static BoundArray Other(string name, IReadOnlyList<ArraySource> sources)
    {
        var found = sources[0].Entries.First(entry => entry.Name == name).Header;
        var value = new ValueInfo(name, found.Type!.Value, [-1, .. found.Shape.Skip(1)]);
        return Find(value, isOnly: false, "the metric", sources);
    }

    /// <summary>Reads consecutive rows of one source, all of the first one's shape, converted.</summary>
    public void Read(int source, int firstRow, Span<byte> rows)
    {
        int rowBytes = BytesOf(source, firstRow);
        int count = rows.Length / rowBytes;
        bool isWhole = Arrays[source].Count == 1 && At(source, firstRow).Array.Type == Type;
        for (int row = 0, some = isWhole ? count : 1; row < count; row += some)
        {
            var (array, place) = At(source, firstRow + row);
            var values = rows.Slice(row * rowBytes, some * rowBytes);
            if (array.Type == Type)
            {
                array.Read(place, values);
                continue;
            }

            byte[] raw = new byte[checked((int)array.RowElements * TensorData.ElementSize(array.Type))];
            array.Read(place, raw);
            ElementConversion.Convert(raw, array.Type, values, Type, $"The array '{Name}'");
        }
    }

    private static int BytesOf(ElementType type, long[] shape) =>
        checked((int)TensorData.ByteCount(type, shape.Aggregate(1L, (product, size) => checked(product * size))));

    // A sample may have an axis of one sample of its own.
    private static long[] SampleShape(StoredArray array, int rank) => array.Shape.Count == rank + 2 && array.Shape is [_, 1, ..]
        ? [.. array.Shape.Skip(2)]
        : [.. array.Shape.Skip(1)];

    private (StoredArray Array, int Row) At(int source, int row) =>
        Arrays[source] is [var only] ? (only, row) : (Arrays[source][row], 0);

    private static BoundArray Find(ValueInfo input, bool isOnly, string what, IReadOnlyList<ArraySource> sources)
    {
        long[] shape = [.. input.Shape.Skip(1)];
        return new BoundArray(
            input.Name, input.Type, shape, [.. sources.Select(source => Find(input, shape, isOnly, what, source))]);
    }

    private static IReadOnlyList<StoredArray> Find(ValueInfo input, long[] shape, bool isOnly, string what, ArraySource source)
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

        var arrays = entry.LoadAll(source.End);
        int count = arrays.Count == 1 ? (int)arrays[0].Shape[0] : (int)entry.Rows;
        bool Fits(StoredArray array) => SampleShape(array, shape.Length) is var found
            && found.Length == shape.Length
            && found.Index().All(size => size.Item == shape[size.Index] || input.FreeAxes.Contains(size.Index + 1));
        if (count != source.Count && arrays.All(Fits) && source.IsCountedByLabels)
        {
            throw new KernelException(
                $"'{source.Name}' has {source.Count} labels for {count} samples of '{entry.Name}'; give one label for each.");
        }

        var other = arrays.FirstOrDefault(array => !Fits(array) || !ElementConversion.IsPossible(array.Type, input.Type));
        var named = other ?? arrays[0];
        return count == source.Count && other is null
            ? arrays
            : throw new KernelException(
                $"{named.Name} is {ArrayShapes.Text(named.Type)} {ArrayShapes.Text(named.Shape)} "
                + $"but {what} {ArrayShapes.Text(input)} is to be filled for {source.Count} samples; give [{source.Count}"
                + string.Concat(shape.Select((size, axis) => input.FreeAxes.Contains(axis + 1) ? ",any" : $",{size}"))
                + "], samples first.");
    }
}
