using Cluster.DataSpecs;

namespace Cluster.Kernels.Data;

/// <summary>
/// Decoded images of one size, uint8, with or without labels, in memory or in the file of a <see cref="PixelSpace"/>.
/// Immutable; safe to read from many threads.
/// </summary>
public sealed class ImageSet
{
    private readonly ImageRef[] _images;
    private readonly Lazy<string> _digest;

    internal ImageSet(string name, int channels, int height, int width, ImageRef[] images)
    {
        Name = name;
        Channels = channels;
        Height = height;
        Width = width;
        _images = images;
        HasLabels = images.Length > 0 && images[0].Label >= 0;
        MaxLabel = images.Length == 0 ? ImageRef.Unlabelled : images.Max(image => image.Label);
        _digest = new(() => ImageHash.OfSet(this));
    }

    /// <summary>Where the images are from, for messages: the spec's canonical text.</summary>
    public string Name { get; }

    /// <summary>Number of images, at least 1 for a set that was read.</summary>
    public int Count => _images.Length;

    /// <summary>1 (grey) or 3 (R, G, B).</summary>
    public int Channels { get; }

    /// <summary>Of every image, pixels.</summary>
    public int Height { get; }

    /// <summary>Of every image, pixels.</summary>
    public int Width { get; }

    /// <summary>Bytes of one image: C x H x W.</summary>
    public int ImageSize => Channels * Height * Width;

    /// <summary>True if every image has a label; no set is labelled in part.</summary>
    public bool HasLabels { get; }

    /// <summary>
    /// The largest label, -1 without labels. Compare with the model's number of classes by
    /// <see cref="RequireClasses(int)"/>.
    /// </summary>
    public int MaxLabel { get; }

    /// <summary>
    /// SHA-256 (lower-case hexadecimal) of the decoded content: "cluster.images/v1\n", then as little-endian int32
    /// Count, Channels, Height, Width and 1 or 0 for labelled, then for each image its label as int32 (if labelled) and
    /// its planar pixels. The same images give the same digest however they were stored. Computed once.
    /// </summary>
    public string Digest => _digest.Value;

    /// <summary>Class index of image <paramref name="index"/>.</summary>
    /// <exception cref="KernelException">The set has no labels.</exception>
    public int Label(int index) => HasLabels ? _images[index].Label : throw NoLabels();

    /// <summary>Pixels of one image, planar (C,H,W), 0..255. No copy where they are in memory.</summary>
    public ReadOnlySpan<byte> ReadPixels(int index)
    {
        byte[]? own = null;
        return ReadPixels(index, ref own);
    }

    /// <summary>The same for callers that read one image after the other.</summary>
    /// <param name="scratch">What is read from a file is put there, so the image before it is gone; made where it is null.</param>
    internal ReadOnlySpan<byte> ReadPixels(int index, scoped ref byte[]? scratch)
    {
        ImageRef image = _images[index];
        return image.Block.Read(image.Offset, ImageSize, ref scratch);
    }

    /// <summary>
    /// Preprocesses the images [start, start + count) into <paramref name="nchw"/>, (count,C,H,W) row-major.
    /// </summary>
    /// <exception cref="KernelException">The preprocessing is for another number of channels.</exception>
    public void FillBatch(int start, int count, Preprocess preprocess, Span<float> nchw)
    {
        ArgumentNullException.ThrowIfNull(preprocess);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Count - count);
        ArgumentOutOfRangeException.ThrowIfNotEqual(nchw.Length, (long)count * ImageSize, nameof(nchw));
        RequireColor(preprocess);
        byte[]? scratch = null;
        for (int i = 0; i < count; i++)
        {
            preprocess.Apply(ReadPixels(start + i, ref scratch), nchw.Slice(i * ImageSize, ImageSize));
        }
    }

    /// <summary>The images at <paramref name="indices"/> in that order: a view, pixels are shared.</summary>
    public ImageSet Select(IReadOnlyList<int> indices)
    {
        ArgumentNullException.ThrowIfNull(indices);
        return indices.Count == 0
            ? throw new KernelException($"No image of '{Name}' is selected; select at least one.")
            : new ImageSet($"{indices.Count} images of {Name}", Channels, Height, Width, [.. indices.Select(index => _images[index])]);
    }

    /// <summary>
    /// How many of this set's images occur in <paramref name="other"/> with exactly the same pixels, whatever their
    /// labels. Calibration or search on images that accuracy is then measured on flatters it.
    /// </summary>
    public int CountShared(ImageSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if ((Channels, Height, Width) != (other.Channels, other.Height, other.Width))
        {
            return 0;
        }

        HashSet<UInt128> theirs = [.. ImageHash.OfEach(other)];
        return ImageHash.OfEach(this).Count(theirs.Contains);
    }

    /// <summary>Checks that accuracy can be measured on this set.</summary>
    /// <exception cref="KernelException">The set has no labels.</exception>
    public void RequireLabels()
    {
        if (!HasLabels)
        {
            throw NoLabels();
        }
    }

    /// <summary>
    /// Checks that the labels fit a model with outputs for classes 0 … <paramref name="classes"/> - 1.
    /// </summary>
    /// <exception cref="KernelException">The set has no labels, or one is too large.</exception>
    public void RequireClasses(int classes) => RequireClasses(classes, DataAccess.Anywhere);

    /// <summary>The same, in words that <paramref name="access"/> allows.</summary>
    /// <exception cref="KernelException">The set has no labels, or one is too large.</exception>
    public void RequireClasses(int classes, DataAccess access)
    {
        ArgumentNullException.ThrowIfNull(access);
        RequireLabels();
        if (MaxLabel >= classes)
        {
            int index = Array.FindIndex(_images, image => image.Label >= classes);
            string image =
                $"Image {index} of '{Name}' has the label {_images[index].Label} but the model has {classes} classes, 0..{classes - 1}";
            string any = $"'{Name}' has a label beyond the model's {classes} classes, 0..{classes - 1}";
            const string Advice = "use the labels that the model was trained with.";
            throw new KernelException(access.Told($"{image}; {Advice}", $"{any}; {Advice}", Name));
        }
    }

    /// <summary>
    /// Checks the images' shape against a model's input (N,C,H,W); a size below 1 is dynamic and takes any.
    /// </summary>
    /// <exception cref="KernelException">The shapes differ.</exception>
    public void RequireInput(long channels, long height, long width)
    {
        if (Differs(channels, Channels) || Differs(height, Height) || Differs(width, Width))
        {
            throw new KernelException(
                $"The images of '{Name}' are {Channels}x{Height}x{Width} but the model's input is "
                + $"{Text(channels)}x{Text(height)}x{Text(width)} (channels x height x width); use images of that shape, they are "
                + "not converted or resized here.");
        }

        static bool Differs(long wanted, int found) => wanted >= 1 && wanted != found;
        static string Text(long size) => size >= 1 ? $"{size}" : "?";
    }

    /// <summary>Checks that preprocessing and images agree on grey or RGB.</summary>
    /// <exception cref="KernelException">They do not.</exception>
    public void RequireColor(Preprocess preprocess)
    {
        ArgumentNullException.ThrowIfNull(preprocess);
        if (preprocess.Channels != Channels)
        {
            throw new KernelException(
                $"The images of '{Name}' are {(Channels == 1 ? "GRAY (1 channel)" : "RGB (3 channels)")} but the "
                + $"preprocessing is for {(preprocess.Channels == 1 ? "GRAY (1 channel)" : "RGB (3 channels)")}; use "
                + "images of that kind, they are not converted here.");
        }
    }

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

            if (set.HasLabels != first.HasLabels)
            {
                (ImageSet with, ImageSet without) = set.HasLabels ? (set, first) : (first, set);
                throw new KernelException($"'{with.Name}' has labels but '{without.Name}' has none; give it labels=FILE or leave it out.");
            }
        }

        return new ImageSet(name, first.Channels, first.Height, first.Width, [.. sets.SelectMany(set => set._images)]);
    }

    private KernelException NoLabels() =>
        new($"The images of '{Name}' have no labels but measuring accuracy needs them; give labels=FILE (for IDX, no label file "
            + "was found beside the images).");
}
