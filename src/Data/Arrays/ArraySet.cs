using System.Numerics.Tensors;

namespace Cluster.Data.Arrays;

/// <summary>
/// Samples as arrays, one for each input of a network, read from their files when needed, so a set may be larger than memory.
/// </summary>
public sealed class ArraySet : SampleSet
{
    private readonly IReadOnlyList<ArraySource> _sources;
    private readonly (int Source, int Row)[] _samples;
    private readonly IReadOnlyList<BoundArray>? _bound;
    private readonly BoundArray? _targets;
    private readonly Lazy<IReadOnlyList<(string Shape, int Count, IReadOnlyList<int> Places)>> _shapes;

    private ArraySet(
        string name,
        IReadOnlyList<ArraySource> sources,
        (int Source, int Row)[] samples,
        IReadOnlyList<BoundArray>? bound,
        BoundArray? targets = null)
        : base(name)
    {
        (_sources, _samples, _bound, _targets) = (sources, samples, bound, targets);
        _shapes = new(() =>
        [
            .. Enumerable.Range(0, Count)
                .GroupBy(ShapeText, StringComparer.Ordinal)
                .Select(same => (same.Key, same.Count(), (IReadOnlyList<int>)[.. same]))
                .OrderByDescending(same => HasBoundShape(same.Item3[0]))
                .ThenByDescending(same => same.Item2),
        ]);
        HasLabels = sources[0].Labels is not null;
        MaxLabel = HasLabels ? samples.Max(sample => sources[sample.Source].Labels![sample.Row]) : -1;
    }

    /// <inheritdoc/>
    public override int Count => _samples.Length;

    /// <inheritdoc/>
    public override bool HasLabels { get; }

    /// <inheritdoc/>
    public override int MaxLabel { get; }

    /// <inheritdoc/>
    public override int Together => _sources[0].Together;

    /// <inheritdoc/>
    public override bool HasSeveralShapes => Shapes.Count > 1;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Shape, int Count, IReadOnlyList<int> Places)> Shapes => _shapes.Value;

    /// <inheritdoc/>
    public override bool HasNetworkShape => HasBoundShape(Shapes[0].Places[0]);

    private protected override string Noun => "Sample";

    private IReadOnlyList<BoundArray> Bound =>
        _bound ?? throw new InvalidOperationException($"'{Name}' is read before it is known what network it is for.");

    /// <inheritdoc/>
    public override ArraySet WithoutLabels() =>
        new(Name, [.. _sources.Select(source => source with { Labels = null })], _samples, _bound, _targets);

    /// <inheritdoc/>
    public override void RequireRoles()
    {
        string[] roles = [.. Bound.Select(array => array.Name), .. ArraySource.Roles];
        foreach (var source in _sources)
        {
            if (source.Entries.FirstOrDefault(entry => entry.Name.Length > 0 && !roles.Contains(entry.Name)) is { } other)
            {
                string inputs = string.Join(" and ", Bound.Select(array => $"'{array.Name}'"));
                string known = string.Join(", ", ArraySource.Roles.Select(role => $"'{role}'"));
                string rest = $"and none of {known}: name it after what it is, or leave it out; an input that --set binds takes none.";
                throw new KernelException(source.Access.Told(
                    $"{other.Shown} is no input of the network, which has {inputs}, {rest}",
                    $"'{source.Name}' holds an array that is no input of the network, {inputs}, {rest}",
                    source.Name));
            }
        }
    }

    /// <inheritdoc/>
    public override ArraySet Select(IReadOnlyList<int> indices)
    {
        return indices.Count == 0
            ? throw new KernelException($"No sample of '{Name}' is selected; select at least one.")
            : new ArraySet($"{indices.Count} samples of {Name}", _sources, [.. indices.Select(index => _samples[index])], _bound, _targets);
    }

    /// <inheritdoc/>
    public override SampleSet For(IReadOnlyList<ValueInfo> inputs, Preprocess? preprocess)
    {
        ArraySource[] sources = [.. _sources.Select(source => source.For(inputs))];
        return new ArraySet(
            Name,
            sources,
            sources.SequenceEqual(_sources) ? _samples : [.. sources.SelectMany((source, index) => All(source, index))],
            [.. inputs.Select(input => BoundArray.Find(input, inputs.Count == 1, sources))]);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<IReadOnlyList<long>> ShapesFor(string input, bool isOnly, Preprocess? preprocess = null) =>
    [
        .. _sources
            .Select(source => source.For([new ValueInfo(input, ElementType.Undefined, [])]).Of(input, isOnly))
            .OfType<ArrayEntry>()
            .SelectMany(entry => entry.SampleShapes)
            .GroupBy(shape => string.Join(',', shape), StringComparer.Ordinal)
            .OrderByDescending(same => same.Count())
            .Select(same => same.First()),
    ];

    /// <inheritdoc/>
    public override SampleSet WithTargets(ValueInfo output)
    {
        return new ArraySet(Name, _sources, _samples, _bound, BoundArray.Targets(output, _sources));
    }

    /// <inheritdoc/>
    public override SampleSet WithBoxes() => new ArraySet(Name, _sources, _samples, _bound, BoundArray.Boxes(_sources));

    /// <inheritdoc/>
    public override SampleSet WithMasks() => new ArraySet(Name, _sources, _samples, _bound, BoundArray.Masks(_sources));

    /// <inheritdoc/>
    public override (int Height, int Width) MaskSize =>
        _targets is { Shape: [.., var height, var width] } ? ((int)height, (int)width) : base.MaskSize;

    /// <inheritdoc/>
    public override bool HasStrings => _targets?.Name == ArraySource.StringsArray;

    /// <inheritdoc/>
    public override SampleSet? WithStrings(int blank, int classes)
    {
        if (!_sources[0].Entries.Any(entry => entry.Name == ArraySource.StringsArray))
        {
            return null;
        }

        var set = new ArraySet(Name, _sources, _samples, _bound, BoundArray.Strings(_sources));
        float wrong = Enumerable.Range(0, Count).SelectMany(set.ReadTarget)
            .FirstOrDefault(value => value >= classes || value == blank || value != MathF.Truncate(value), -1);
        return wrong < 0 ? set : throw new KernelException(
            $"The array '{ArraySource.StringsArray}' of '{Name}' has {wrong}, where classes of the network are expected, 0 to "
            + $"{classes - 1} without the blank, {blank}, or a number below 0 behind a string.");
    }

    /// <inheritdoc/>
    public override float[] ReadTarget(int index)
    {
        if (_targets is not { } targets)
        {
            return base.ReadTarget(index);
        }

        float[] values = new float[targets.RowBytes / sizeof(float)];
        Fill(targets, _samples.AsSpan(index, 1), MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    /// <inheritdoc/>
    public override float[] ReadTargets()
    {
        if (_targets is not { } targets)
        {
            return base.ReadTargets();
        }

        float[] values = new float[checked(Count * (targets.RowBytes / sizeof(float)))];
        Fill(targets, _samples, MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Others =>
    [
        .. _sources[0].Entries
            .Where(entry => entry.Name.Length > 0 && entry.Name != ArraySource.LabelsArray && entry.Header.Type is not null
                && Bound.All(array => array.Name != entry.Name) && _sources.All(source => source.HasRowsOf(entry)))
            .Select(entry => entry.Name),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, TensorData Rows)> ReadOthers() =>
    [
        .. Others.Select(name =>
        {
            var array = BoundArray.Other(name, _sources);
            byte[] values = new byte[checked(array.RowBytes * Count)];
            Fill(array, _samples, values);
            return (name, new TensorData(array.Type, [Count, .. array.Shape], values));
        }),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<TensorData> Read(int start, int count, Preprocess? preprocess)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Count - count);
        return [.. Bound.Select(array =>
        {
            long[] shape = array.ShapeOf(_samples[start].Source, _samples[start].Row);
            byte[] values = new byte[BytesOf(array, start) * count];
            Fill(array, _samples.AsSpan(start, count), values);
            return new TensorData(array.Type, [count, .. shape], values);
        })];
    }

    internal static ArraySet Open(ArraySource source) =>
        new(source.Name, [source], [.. All(source, 0)], null);

    internal static ArraySet Join(string name, IReadOnlyList<ArraySet> sets)
    {
        if (sets.FirstOrDefault(set => set.HasLabels != sets[0].HasLabels) is { } other)
        {
            var (with, without) = other.HasLabels ? (other, sets[0]) : (sets[0], other);
            throw new KernelException($"'{with.Name}' has labels but '{without.Name}' has none; give it labels or leave it out.");
        }

        return new ArraySet(
            name,
            [.. sets.SelectMany(set => set._sources)],
            [.. sets.SelectMany((set, index) => set._samples.Select(sample => (index, sample.Row)))],
            null);
    }

    internal override UInt128 Hash(int index)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        AppendSample(hash, index);
        return ContentHash.Shortened(hash.GetHashAndReset());
    }

    private protected override int LabelOf(int index) => _sources[_samples[index].Source].Labels![_samples[index].Row];

    /// <inheritdoc/>
    public override bool HasShapeOf(SampleSet other) => other is ArraySet arrays && arrays.Bound.Count == Bound.Count
        && arrays.Bound.Zip(Bound).All(pair => pair.First.Type == pair.Second.Type && pair.First.Shape.SequenceEqual(pair.Second.Shape));

    // "cluster.arrays/v1\n", then as little-endian int32 Count, 1 or 0 for labelled and the number of inputs; for each input the length of
    // its name in bytes and the name, its ONNX type, its rank without the samples, and those sizes; then for each sample its label (if
    // labelled) and the elements of each input as the network takes them. Targets, if used, follow as "targets\n" and the float32 elements
    // of each sample. All samples are read here, before any work: the place to find NaN.
    private protected override string ComputeDigest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("cluster.arrays/v1\n"u8);
        hash.AppendInt32(Count);
        hash.AppendInt32(HasLabels ? 1 : 0);
        hash.AppendInt32(Bound.Count);
        foreach (var array in Bound)
        {
            byte[] name = Encoding.UTF8.GetBytes(array.Name);
            hash.AppendInt32(name.Length);
            hash.AppendData(name);
            hash.AppendInt32((int)array.Type);
            hash.AppendInt32(array.Shape.Length);
            foreach (long size in array.Shape)
            {
                hash.AppendInt32(checked((int)size));
            }
        }

        for (int i = 0; i < Count; i++)
        {
            if (HasLabels)
            {
                hash.AppendInt32(LabelOf(i));
            }

            AppendSample(hash, i);
        }

        if (_targets is { } targets)
        {
            hash.AppendData("targets\n"u8);
            for (int i = 0; i < Count; i++)
            {
                AppendRow(hash, targets, i);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private protected override KernelException NoLabels() => new(
        $"The samples of '{Name}' have no labels but measuring accuracy needs them; put them into the archive as the array "
        + $"'{ArraySource.LabelsArray}', or give labels=FILE.npy with npy:.");

    private static IEnumerable<(int Source, int Row)> All(ArraySource source, int index) =>
        Enumerable.Range(source.Start, source.End - source.Start).Select(row => (index, row));

    // Neighbours in a file are read in one go.
    private static void Fill(BoundArray array, ReadOnlySpan<(int Source, int Row)> samples, Span<byte> values)
    {
        int rowBytes = values.Length / samples.Length;
        for (int begin = 0, end; begin < samples.Length; begin = end)
        {
            for (end = begin + 1; end < samples.Length && samples[end] == (samples[begin].Source, samples[begin].Row + end - begin); end++)
            {
            }

            array.Read(samples[begin].Source, samples[begin].Row, values[(begin * rowBytes)..(end * rowBytes)]);
        }
    }

    private bool HasBoundShape(int sample) =>
        Bound.All(array => array.ShapeOf(_samples[sample].Source, _samples[sample].Row).AsSpan().SequenceEqual(array.Shape));

    private int BytesOf(BoundArray array, int sample) => array.BytesOf(_samples[sample].Source, _samples[sample].Row);

    private string ShapeText(int sample) => string.Join("; ", Bound.Select(array =>
        $"{array.Name} {string.Join('x', array.ShapeOf(_samples[sample].Source, _samples[sample].Row))}"));

    private void AppendSample(IncrementalHash hash, int index)
    {
        // Only of another shape than the network's, so that samples of one shape keep their digest.
        if (!HasBoundShape(index))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{ShapeText(index)}\n"));
        }

        foreach (var array in Bound)
        {
            AppendRow(hash, array, index);
        }
    }

    private void AppendRow(IncrementalHash hash, BoundArray array, int index)
    {
        byte[] values = new byte[BytesOf(array, index)];
        Fill(array, _samples.AsSpan(index, 1), values);
        if (array.Type == ElementType.Float && TensorPrimitives.IsNaNAny(MemoryMarshal.Cast<byte, float>(values)))
        {
            var (source, row) = _samples[index];
            throw new KernelException(
                $"Sample {row} of '{_sources[source].Name}' has NaN in its array '{array.Name}', and so would its answer; correct the "
                + "sample or leave it out.");
        }

        hash.AppendData(values);
    }
}
