namespace Cluster.Data;

/// <summary>
/// Images of their own sizes, for a network that leaves height and width free: a set of each size, in the order of their files. Boxes and
/// masks are for images of one size.
/// </summary>
internal sealed class SizedImages : SampleSet
{
    private readonly IReadOnlyList<ImageSet> _sets;
    private readonly (int Set, int Row)[] _images;
    private readonly ValueInfo? _input;
    private readonly Preprocess? _preprocess;
    private readonly Lazy<IReadOnlyList<(string Shape, int Count, IReadOnlyList<int> Places)>> _shapes;

    private SizedImages(string name, IReadOnlyList<ImageSet> sets, (int Set, int Row)[] images, ValueInfo? input, Preprocess? preprocess)
        : base(name)
    {
        (_sets, _images, _input, _preprocess) = (sets, images, input, preprocess);
        _shapes = new(() =>
        [
            .. Enumerable.Range(0, Count).GroupBy(index => _images[index].Set)
                .OrderByDescending(same => HasShapeOfInput(same.Key))
                .ThenByDescending(same => same.Count())
                .Select(same => (
                    $"{_input?.Name} {string.Join('x', _sets[same.Key].Sizes(_preprocess))}", same.Count(), (IReadOnlyList<int>)[.. same])),
        ]);
    }

    /// <param name="images">The place of each image: its set, and the row there.</param>
    public SizedImages(string name, IReadOnlyList<ImageSet> sets, (int Set, int Row)[] images)
        : this(name, sets, images, null, null)
    {
    }

    /// <inheritdoc/>
    public override int Count => _images.Length;

    /// <inheritdoc/>
    public override bool HasLabels => _sets[0].HasLabels;

    /// <inheritdoc/>
    public override int MaxLabel => _sets.Max(set => set.MaxLabel);

    /// <inheritdoc/>
    public override bool HasSeveralShapes => Shapes.Count > 1;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Shape, int Count, IReadOnlyList<int> Places)> Shapes => _shapes.Value;

    /// <inheritdoc/>
    public override bool HasNetworkShape => HasShapeOfInput(_images[Shapes[0].Places[0]].Set);

    /// <inheritdoc/>
    public override PictureLabelKind? Kind => _sets[0].Kind;

    private protected override string Noun => "Image";

    /// <summary>What is said where images of one size are expected.</summary>
    public KernelException NotOfOneSize()
    {
        if (_sets is [var only])
        {
            return new KernelException(
                $"The images of '{Name}' are {only.Width}x{only.Height} where the network is calibrated at "
                + $"{_input?.Shape[Layout.Height() + 1]}x{_input?.Shape[Layout.Height()]} "
                + "(width x height); images of another size than --data's are for judging by "
                + "classes or FP32's outputs: give those of --data, --eval, --test and --train one size.");
        }

        var (one, other) = (_images[0], _images.FirstOrDefault(image => image.Set != _images[0].Set));
        return new KernelException(
            $"The image {Said(other)} but {Said(one)} (width x height); bring the images of '{Name}' to one size, or say in the "
            + "preprocessing file to \"resize\" and \"crop\", or \"letterbox\" them: images of their own sizes are for networks that leave "
            + "height and width free, without boxes, masks or learning.");

        string Said((int Set, int Row) image) =>
            $"'{_sets[image.Set].FileOf(image.Row)}' is {_sets[image.Set].Width}x{_sets[image.Set].Height}";
    }

    /// <inheritdoc/>
    public override string? FileOf(int index) => _sets[_images[index].Set].FileOf(_images[index].Row);

    /// <inheritdoc/>
    public override SizedImages WithoutLabels() => new(Name, [.. _sets.Select(set => set.WithoutLabels())], _images, _input, _preprocess);

    /// <inheritdoc/>
    public override SizedImages Select(IReadOnlyList<int> indices) => indices.Count == 0
        ? throw new KernelException($"No image of '{Name}' is selected; select at least one.")
        : new($"{indices.Count} images of {Name}", _sets, [.. indices.Select(index => _images[index])], _input, _preprocess);

    /// <inheritdoc/>
    public override SampleSet For(IReadOnlyList<ValueInfo> inputs, Preprocess? preprocess)
    {
        ArgumentNullException.ThrowIfNull(preprocess);
        int height = preprocess.Layout.Height();
        if (inputs is not [{ Shape.Count: 4 } input] || !input.FreeAxes.Contains(height) || !input.FreeAxes.Contains(height + 1))
        {
            throw NotOfOneSize();
        }

        foreach (var set in _sets)
        {
            long[] sizes = preprocess.Layout.Sample(input.Shape[preprocess.Layout.Channels()], set.Height, set.Width);
            _ = set.For([input with { Shape = [input.Shape[0], .. sizes] }], preprocess);
        }

        return new SizedImages(Name, _sets, _images, input, preprocess);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<IReadOnlyList<long>> ShapesFor(string input, bool isOnly, Preprocess? preprocess = null) =>
        isOnly ? [.. Shapes.Select(shape => _sets[_images[shape.Places[0]].Set].Sizes(preprocess ?? _preprocess))] : [];

    /// <inheritdoc/>
    public override SampleSet WithBoxes() => throw NotOfOneSize();

    /// <inheritdoc/>
    public override SampleSet WithMasks() => throw NotOfOneSize();

    /// <inheritdoc/>
    public override SampleSet? WithStrings(int blank, int classes) => Kind is null ? null : throw NotOfOneSize();

    /// <inheritdoc/>
    public override IReadOnlyList<TensorData> Read(int start, int count, Preprocess? preprocess)
    {
        ArgumentNullException.ThrowIfNull(preprocess);
        var first = _sets[_images[start].Set];
        byte[] values = GC.AllocateUninitializedArray<byte>(checked(count * first.ImageSize * sizeof(float)));
        var pixels = MemoryMarshal.Cast<byte, float>(values.AsSpan());
        for (int i = 0; i < count; i++)
        {
            var (set, row) = _images[start + i];
            _sets[set].FillBatch(row, 1, preprocess, pixels.Slice(i * first.ImageSize, first.ImageSize));
        }

        return [new TensorData(ElementType.Float, [count, .. first.Sizes(preprocess)], values)];
    }

    /// <inheritdoc/>
    public override bool HasShapeOf(SampleSet other) => other is SizedImages;

    internal override UInt128 Hash(int index)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, index);
        return ContentHash.Shortened(hash.GetHashAndReset());
    }

    private protected override int LabelOf(int index) => _sets[_images[index].Set].Label(_images[index].Row);

    // "cluster.sized-images/v1\n", then as little-endian int32 Count and 1 or 0 for labelled, then for each image its label as int32 (if
    // labelled), channels, height and width as int32, and its planar pixels.
    private protected override string ComputeDigest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("cluster.sized-images/v1\n"u8);
        hash.AppendInt32(Count);
        hash.AppendInt32(HasLabels ? 1 : 0);
        for (int i = 0; i < Count; i++)
        {
            if (HasLabels)
            {
                hash.AppendInt32(LabelOf(i));
            }

            Append(hash, i);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private protected override KernelException NoLabels() => ImageSet.WithoutLabels(Name);

    private PixelLayout Layout => _preprocess?.Layout ?? PixelLayout.Nchw;

    private bool HasShapeOfInput(int set) => _sets[set].Sizes(_preprocess).SequenceEqual(_input?.Shape.Skip(1) ?? []);

    private void Append(IncrementalHash hash, int index)
    {
        var (set, row) = _images[index];
        foreach (long size in _sets[set].Sizes(null))
        {
            hash.AppendInt32((int)size);
        }

        hash.AppendData(_sets[set].ReadPixels(row));
    }
}
