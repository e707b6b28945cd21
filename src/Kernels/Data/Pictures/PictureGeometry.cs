namespace Cluster.Kernels.Data.Pictures;

/// <summary>
/// Resizing and central cropping of a decoded picture, before its pixels become numbers. Gives the same bytes as torchvision's
/// <c>Resize</c> and <c>CenterCrop</c> on a Pillow image.
/// </summary>
/// <param name="Shorter">
/// The new length of the shorter side; the longer one keeps the ratio, rounded down (<c>Resize(256)</c>); null: see
/// <paramref name="Exact"/>.
/// </param>
/// <param name="Exact">
/// Both sides, ignoring the ratio (<c>Resize((256, 256))</c>); null with a null <paramref name="Shorter"/>: not resized.
/// </param>
/// <param name="Crop">The central part to keep; null: all of it.</param>
/// <param name="Filter">Filter for resizing.</param>
public sealed record PictureGeometry(int? Shorter, PictureSize? Exact, PictureSize? Crop, ResizeFilter Filter = ResizeFilter.Bilinear)
{
    /// <summary>A letterbox's usual grey, as in Ultralytics' networks.</summary>
    public const byte UsualFill = 114;

    /// <summary>
    /// The whole picture in the middle of this size, at its ratio, with <see cref="Fill"/> around it; null: see the others, which must then
    /// not be given. Sizes and places are rounded as Ultralytics' LetterBox does.
    /// </summary>
    public PictureSize? Letterbox { get; init; }

    /// <summary>Every channel of a letterbox's margin.</summary>
    public byte Fill { get; init; } = UsualFill;

    // Largest number of pixels of a resized picture: a strip one pixel wide could get very long.
    private const long Largest = 1 << 26;

    /// <summary>Whether pictures are resized at all.</summary>
    public bool Resizes => Shorter is not null || Exact is not null || Letterbox is not null;

    /// <summary>Resizes and crops one picture.</summary>
    /// <param name="pixels">(height, width, channels), row-major.</param>
    /// <param name="name">The picture's name for the error.</param>
    /// <exception cref="KernelException">The resized picture is too large, or smaller than the crop.</exception>
    internal (int Width, int Height, byte[] Pixels) Apply(int width, int height, byte[] pixels, string name)
    {
        var size = Resized(new PictureSize(height, width));
        if (Crop is { } asked && (asked.Height > size.Height || asked.Width > size.Width))
        {
            throw new KernelException(
                $"The picture '{name}' of {height}x{width} (height x width) is {size} before {asked} are cut from its middle; say in the "
                + "preprocessing file to \"resize\" it to more, or leave it out.");
        }

        if ((long)size.Height * size.Width > Largest)
        {
            throw new KernelException(
                $"The picture '{name}' of {height}x{width} (height x width) would become {size}, more than {Largest} pixels; leave it out, "
                + "or \"resize\" to less in the preprocessing file.");
        }

        byte[] resized = PictureResize.Apply(pixels, height, width, size.Height, size.Width, Filter);
        if (Letterbox is { } box)
        {
            return (box.Width, box.Height, size == box ? resized : Framed(resized, Place(width, height)));
        }

        var kept = Crop ?? size;
        return (kept.Width, kept.Height, kept == size ? resized : Middle(resized, size, kept));
    }

    /// <summary>Where a picture of a size lies in the result.</summary>
    internal PicturePlace Place(int width, int height)
    {
        var size = Resized(new PictureSize(height, width));
        var whole = Letterbox ?? Crop ?? size;
        return Letterbox is null
            ? new PicturePlace(
                width, height, size.Width, size.Height, -Start(size.Width - whole.Width), -Start(size.Height - whole.Height), whole.Width,
                whole.Height)
            : new PicturePlace(
                width, height, size.Width, size.Height, Margin(whole.Width - size.Width), Margin(whole.Height - size.Height), whole.Width,
                whole.Height);
    }

    private byte[] Framed(byte[] pixels, PicturePlace place)
    {
        int channels = pixels.Length / (place.Width * place.Height);
        byte[] framed = new byte[place.WholeWidth * place.WholeHeight * channels];
        Array.Fill(framed, Fill);
        for (int y = 0; y < place.Height; y++)
        {
            pixels.AsSpan(y * place.Width * channels, place.Width * channels)
                .CopyTo(framed.AsSpan((((place.Top + y) * place.WholeWidth) + place.Left) * channels));
        }

        return framed;
    }

    // An odd pixel goes to the right and to the bottom.
    private static int Margin(int rest) => rest / 2;

    private PictureSize Resized(PictureSize size)
    {
        if (Letterbox is { } box)
        {
            double ratio = Math.Min((double)box.Height / size.Height, (double)box.Width / size.Width);
            return new PictureSize(Side(size.Height), Side(size.Width));

            int Side(int length) => Math.Max(1, (int)Math.Round(length * ratio, MidpointRounding.ToEven));
        }

        if (Shorter is not { } shorter)
        {
            return Exact ?? size;
        }

        int longer = (int)((long)shorter * Math.Max(size.Height, size.Width) / Math.Min(size.Height, size.Width));
        return size.Width <= size.Height ? new PictureSize(longer, shorter) : new PictureSize(shorter, longer);
    }

    private static byte[] Middle(byte[] pixels, PictureSize size, PictureSize kept)
    {
        int channels = pixels.Length / (size.Height * size.Width);
        int top = Start(size.Height - kept.Height);
        int left = Start(size.Width - kept.Width);
        byte[] middle = GC.AllocateUninitializedArray<byte>(kept.Height * kept.Width * channels);
        for (int y = 0; y < kept.Height; y++)
        {
            pixels.AsSpan((((top + y) * size.Width) + left) * channels, kept.Width * channels)
                .CopyTo(middle.AsSpan(y * kept.Width * channels));
        }

        return middle;
    }

    // As Python's round: halves to even.
    private static int Start(int rest) => (int)Math.Round(rest / 2.0, MidpointRounding.ToEven);
}
