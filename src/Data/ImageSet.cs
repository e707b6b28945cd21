namespace Cluster.Data;

/// <summary>Decoded images of one size, uint8, in memory or in the file of a <see cref="SpillSpace"/>.</summary>
public sealed class ImageSet : SampleSet
{
    private readonly ImageRef[] _images;

    internal ImageSet(string name, int channels, int height, int width, ImageRef[] images)
        : base(name)
    {
        Channels = channels;
        Height = height;
        Width = width;
        _images = images;
        HasLabels = images.Length > 0 && images[0].Label >= 0;
        MaxLabel = images.Length == 0 ? ImageRef.Unlabelled : images.Max(image => image.Label);
    }

    /// <inheritdoc/>
    public override int Count => _images.Length;

    /// <summary>1 (grey) or 3 (R, G, B).</summary>
    public int Channels { get; }

    /// <summary>Of every image, pixels.</summary>
    public int Height { get; }

    /// <summary>Of every image, pixels.</summary>
    public int Width { get; }

    /// <summary>Bytes of one image: C x H x W.</summary>
    public int ImageSize => Channels * Height * Width;

    /// <inheritdoc/>
    public override bool HasLabels { get; }

    /// <inheritdoc/>
    public override int MaxLabel { get; }

    private protected override string Noun => "Image";

    /// <summary>Copies the pixels of one image, planar (C,H,W), 0..255.</summary>
    public ReadOnlySpan<byte> ReadPixels(int index)
    {
        byte[]? own = null;
        return ReadPixels(index, ref own);
    }

    /// <summary>The same for callers that read images one after another.</summary>
    /// <param name="scratch">The buffer for the copy, reused from image to image; allocated if null.</param>
    internal ReadOnlySpan<byte> ReadPixels(int index, scoped ref byte[]? scratch)
    {
        scratch ??= GC.AllocateUninitializedArray<byte>(ImageSize);
        _images[index].Block.Read(_images[index].Offset, scratch.AsSpan(0, ImageSize));
        return scratch.AsSpan(0, ImageSize);
    }

    /// <summary>
    /// Preprocesses the images [start, start + count) into <paramref name="values"/>, (count,C,H,W) or (count,H,W,C) row-major.
    /// </summary>
    /// <exception cref="KernelException">The preprocessing is for another number of channels.</exception>
    public void FillBatch(int start, int count, Preprocess preprocess, Span<float> values)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Count - count);
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, (long)count * ImageSize, nameof(values));
        RequireColor(preprocess);
        byte[]? scratch = null;
        for (int i = 0; i < count; i++)
        {
            preprocess.Apply(ReadPixels(start + i, ref scratch), values.Slice(i * ImageSize, ImageSize));
        }
    }

    /// <summary>The same images with other pixels.</summary>
    /// <param name="map">From the planar pixels of an image to as many others.</param>
    public ImageSet Map(Func<byte[], byte[]> map) => new(
        Name,
        Channels,
        Height,
        Width,
        [.. _images.Select((image, index) => image with { Block = SpillSpace.Memory.Keep(map([.. ReadPixels(index)])), Offset = 0 })]);

    /// <summary>The same pictures, resized and cropped otherwise: their files are read once more.</summary>
    /// <param name="geometry">Gives pictures of this set's size.</param>
    /// <returns>Null if an image is not a file of its own, or its picture can no longer be read or not be resized so.</returns>
    public ImageSet? Reread(PictureGeometry geometry)
    {
        if (Array.Exists(_images, image => image.Again is null))
        {
            return null;
        }

        try
        {
            var images = _images.AsParallel().AsOrdered().Select(image => image with
            {
                Block = SpillSpace.Memory.Keep(image.Again!(geometry)),
                Offset = 0,
            });
            return new ImageSet(Name, Channels, Height, Width, [.. images]);
        }
        catch (AggregateException failure) when (failure.InnerExceptions.All(one => one is KernelException or DataSpecException))
        {
            return null;
        }
    }

    /// <summary>One image as a PNG file.</summary>
    public byte[] Png(int index) => PngFile.Encode(ReadPixels(index), Channels, Height, Width);

    /// <inheritdoc/>
    public override string? FileOf(int index) => _images[index].File;

    /// <inheritdoc/>
    public override ImageSet WithoutLabels() =>
        new(Name, Channels, Height, Width, [.. _images.Select(image => image with { Label = ImageRef.Unlabelled, Target = null })]);

    /// <inheritdoc/>
    public override PictureLabelKind? Kind => _images[0].Target?.Kind;

    /// <inheritdoc/>
    public override BoxLabels? Boxes =>
        _images[0].Target is { Kind: PictureLabelKind.Boxes } label ? new BoxLabels(Width, Height, label.Count) : null;

    /// <inheritdoc/>
    public override bool HasStrings => Kind == PictureLabelKind.Text;

    /// <inheritdoc/>
    public override (int Height, int Width) MaskSize => (Height, Width);

    /// <inheritdoc/>
    public override SampleSet WithBoxes() => Kind == PictureLabelKind.Boxes ? this : base.WithBoxes();

    /// <inheritdoc/>
    public override SampleSet WithMasks() => Kind == PictureLabelKind.Mask ? this : base.WithMasks();

    /// <inheritdoc/>
    public override SampleSet? WithStrings(int blank, int classes)
    {
        if (_images[0].Target is not { Kind: PictureLabelKind.Text } first)
        {
            return null;
        }

        return first.Count == classes - 1
            ? new ImageSet(Name, Channels, Height, Width, [.. _images.Select(image => image with { Target = Classes(image.Target!) })])
            : throw new KernelException(
                $"The alphabet of '{Name}' has {first.Count} characters where the network has {classes} classes, {classes - 1} beside the "
                + "blank; give the characters that it was trained with.");

        // The blank stands between characters, or before or behind them.
        PictureLabel Classes(PictureLabel text) =>
            text with { Numbers = [.. text.Numbers.Select(place => place < blank ? place : place + 1)] };
    }

    /// <inheritdoc/>
    public override float[] ReadTarget(int index)
    {
        if (_images[index].Target is not { } target)
        {
            return base.ReadTarget(index);
        }

        if (target.Mask is not { } mask)
        {
            return target.Numbers;
        }

        byte[] classes = new byte[Height * Width];
        mask.Read(0, classes);
        return [.. classes.Select(value => (float)value)];
    }

    /// <inheritdoc/>
    public override ImageSet Select(IReadOnlyList<int> indices)
    {
        return indices.Count == 0
            ? throw new KernelException($"No image of '{Name}' is selected; select at least one.")
            : new ImageSet($"{indices.Count} images of {Name}", Channels, Height, Width, [.. indices.Select(index => _images[index])]);
    }

    /// <summary>Checks the images' shape against a model's input; a size below 1 is dynamic and matches any.</summary>
    /// <param name="layout">The order of its axes by the preprocessing.</param>
    /// <exception cref="KernelException">The shapes differ.</exception>
    public void RequireInput(long channels, long height, long width, PixelLayout layout = PixelLayout.Nchw)
    {
        if (layout == PixelLayout.Nchw
            && (((channels, height, width) == (Height, Width, Channels) && channels != width)
                || (width is 1 or 3 && (channels > 3 || Width > 3))))
        {
            throw new KernelException(
                $"The model's input is {Text(channels)}x{Text(height)}x{width}, channels last (NHWC), where the preprocessing file says "
                + "channels first; write \"layout\": \"NHWC\" there.");
        }

        if (layout == PixelLayout.Nhwc && height is 1 or 3 && (channels > 3 || Height > 3))
        {
            throw new KernelException(
                $"The model's input is {height}x{Text(width)}x{Text(channels)}, channels first (NCHW), where the preprocessing file says "
                + "channels last; write \"layout\": \"NCHW\" there.");
        }

        if (Differs(channels, Channels) && !Differs(height, Height) && !Differs(width, Width))
        {
            throw new KernelException(
                $"The images of '{Name}' have {Colours(Channels)} where the model takes {Colours(channels)}; give pictures of that kind.");
        }

        if (Differs(channels, Channels) || Differs(height, Height) || Differs(width, Width))
        {
            throw new KernelException(
                $"The images of '{Name}' are {string.Join('x', layout.Sample(Channels, Height, Width))} but the model's input is "
                + $"{string.Join('x', layout.Sample(channels, height, width).Select(Text))} "
                + $"({(layout == PixelLayout.Nhwc ? "height x width x channels" : "channels x height x width")}); use images of that "
                + "shape, or say in the preprocessing file to \"resize\" and \"crop\" pictures.");
        }

        static bool Differs(long wanted, int found) => wanted >= 1 && wanted != found;
        static string Text(long size) => size >= 1 ? $"{size}" : "?";
        static string Colours(long count) => count == 1 ? "1 channel (grey)" : $"{count} channels";
    }

    /// <summary>The same of a whole input, samples outermost.</summary>
    /// <exception cref="KernelException">The shapes differ.</exception>
    public void RequireInput(IReadOnlyList<long> shape, PixelLayout layout) =>
        RequireInput(shape[layout.Channels()], shape[layout.Height()], shape[layout.Height() + 1], layout);

    /// <summary>Checks that preprocessing and images agree on grey or RGB.</summary>
    /// <exception cref="KernelException">They do not agree.</exception>
    public void RequireColor(Preprocess preprocess)
    {
        if (preprocess.Channels != Channels)
        {
            throw new KernelException(
                $"The images of '{Name}' are {(Channels == 1 ? "GRAY (1 channel)" : "RGB (3 channels)")} but the "
                + $"preprocessing is for {(preprocess.Channels == 1 ? "GRAY (1 channel)" : "RGB (3 channels)")}; use "
                + "images of that kind, they are not converted here.");
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<IReadOnlyList<long>> ShapesFor(string input, bool isOnly, Preprocess? preprocess = null) =>
        isOnly ? [Sizes(preprocess)] : [];

    /// <inheritdoc/>
    public override SampleSet For(IReadOnlyList<ValueInfo> inputs, Preprocess? preprocess)
    {
        ArgumentNullException.ThrowIfNull(preprocess);
        if (inputs is not [{ Type: ElementType.Float, Shape: [_, _, _, _] shape }])
        {
            throw new KernelException(
                $"'{Name}' holds images but the network takes {ArrayShapes.Text(inputs)}; give its inputs as arrays, npz:FILE or "
                + "npy:FILE.");
        }

        int first = preprocess.Layout.Height();
        bool isFree = inputs[0].FreeAxes.Contains(first) && inputs[0].FreeAxes.Contains(first + 1);
        if (isFree && Kind is null && (shape[first], shape[first + 1]) != (Height, Width))
        {
            return new SizedImages(Name, [this], [.. Enumerable.Range(0, Count).Select(row => (0, row))]).For(inputs, preprocess);
        }

        RequireInput(shape, preprocess.Layout);
        RequireColor(preprocess);
        return this;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<TensorData> Read(int start, int count, Preprocess? preprocess)
    {
        ArgumentNullException.ThrowIfNull(preprocess);
        byte[] values = GC.AllocateUninitializedArray<byte>(checked(count * ImageSize * sizeof(float)));
        FillBatch(start, count, preprocess, MemoryMarshal.Cast<byte, float>(values.AsSpan()));
        return [new TensorData(ElementType.Float, [count, .. Sizes(preprocess)], values)];
    }

    /// <summary>The axes of a sample, as the network takes them.</summary>
    internal long[] Sizes(Preprocess? preprocess) => (preprocess?.Layout ?? PixelLayout.Nchw).Sample(Channels, Height, Width);

    internal static ImageSet Join(string name, IReadOnlyList<ImageSet> sets)
    {
        ImageSet first = sets[0];
        foreach (ImageSet set in sets)
        {
            if ((set.Channels, set.Height, set.Width) != (first.Channels, first.Height, first.Width))
            {
                throw new KernelException(
                    $"'{first.Name}' holds {first.Channels}x{first.Height}x{first.Width} images but '{set.Name}' holds "
                    + $"{set.Channels}x{set.Height}x{set.Width}; only images of one shape can be joined.");
            }

            if (set._images[0].Target?.Kind != first._images[0].Target?.Kind
                || set._images[0].Target?.Count != first._images[0].Target?.Count)
            {
                throw new KernelException(
                    $"'{first.Name}' and '{set.Name}' have labels of different kinds, categories or alphabets; only one kind can be "
                    + "joined.");
            }

            if (set.HasLabels != first.HasLabels)
            {
                (ImageSet with, ImageSet without) = set.HasLabels ? (set, first) : (first, set);
                throw new KernelException($"'{with.Name}' has labels but '{without.Name}' has none; give it labels=FILE or leave it out.");
            }
        }

        return new ImageSet(name, first.Channels, first.Height, first.Width, [.. sets.SelectMany(set => set._images)]);
    }

    internal override IEnumerable<UInt128> Hashes()
    {
        byte[]? scratch = null;
        for (int i = 0; i < Count; i++)
        {
            yield return ContentHash.Of(ReadPixels(i, ref scratch));
        }
    }

    internal override UInt128 Hash(int index) => ContentHash.Of(ReadPixels(index));

    private protected override int LabelOf(int index) => _images[index].Label;

    /// <inheritdoc/>
    public override bool HasShapeOf(SampleSet other) =>
        other is ImageSet images && (images.Channels, images.Height, images.Width) == (Channels, Height, Width);

    // "cluster.images/v1\n", then as little-endian int32 Count, Channels, Height, Width and 1 or 0 for labelled, then for each image its
    // label as int32 (if labelled) and its planar pixels. Boxes, masks or texts follow as their kind and "\n", and for each image their
    // number as int32 and the numbers as float32.
    private protected override string ComputeDigest()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData("cluster.images/v1\n"u8);
        hash.AppendInt32(Count);
        hash.AppendInt32(Channels);
        hash.AppendInt32(Height);
        hash.AppendInt32(Width);
        hash.AppendInt32(HasLabels ? 1 : 0);
        byte[]? scratch = null;
        for (int i = 0; i < Count; i++)
        {
            if (HasLabels)
            {
                hash.AppendInt32(LabelOf(i));
            }

            hash.AppendData(ReadPixels(i, ref scratch));
        }

        if (Kind is { } kind)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{kind}\n"));
            for (int i = 0; i < Count; i++)
            {
                float[] target = ReadTarget(i);
                hash.AppendInt32(target.Length);
                hash.AppendData(MemoryMarshal.AsBytes(target.AsSpan()));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private protected override KernelException NoLabels() => WithoutLabels(Name);

    internal static KernelException WithoutLabels(string name) =>
        new($"The images of '{name}' have no labels but measuring accuracy needs them; give labels=FILE (for IDX, no label file "
            + "was found beside the images).");
}
