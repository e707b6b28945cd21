namespace Cluster.Data.Pictures;

/// <summary>Resizes and crops decoded pictures as a <see cref="PictureGeometry"/> says.</summary>
internal static class PictureFit
{
    // Largest number of pixels of a resized picture: a strip one pixel wide could get very long.
    private const long Largest = 1 << 26;

    /// <summary>Resizes and crops one picture.</summary>
    /// <param name="pixels">(height, width, channels), row-major.</param>
    /// <param name="name">The picture's name for the error.</param>
    /// <exception cref="KernelException">The resized picture is too large, or smaller than the crop.</exception>
    public static (int Width, int Height, byte[] Pixels) Apply(
        this PictureGeometry geometry, int width, int height, byte[] pixels, string name)
    {
        var size = Resized(geometry, new PictureSize(height, width));
        if (geometry.Crop is { } asked && (asked.Height > size.Height || asked.Width > size.Width))
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

        byte[] resized = PictureResize.Apply(pixels, height, width, size.Height, size.Width, geometry.Filter);
        if (geometry.Letterbox is { } box)
        {
            return (box.Width, box.Height, size == box ? resized : Framed(resized, geometry.Place(width, height), geometry.Fill));
        }

        var kept = geometry.Crop ?? size;
        return (kept.Width, kept.Height, kept == size ? resized : Middle(resized, size, kept));
    }

    /// <summary>Where a picture of a size lies in the result.</summary>
    public static PicturePlace Place(this PictureGeometry geometry, int width, int height)
    {
        var size = Resized(geometry, new PictureSize(height, width));
        var whole = geometry.Letterbox ?? geometry.Crop ?? size;
        return geometry.Letterbox is null
            ? new PicturePlace(
                width, height, size.Width, size.Height, -Start(size.Width - whole.Width), -Start(size.Height - whole.Height), whole.Width,
                whole.Height)
            : new PicturePlace(
                width, height, size.Width, size.Height, Margin(whole.Width - size.Width), Margin(whole.Height - size.Height), whole.Width,
                whole.Height);
    }

    private static byte[] Framed(byte[] pixels, PicturePlace place, byte fill)
    {
        int channels = pixels.Length / (place.Width * place.Height);
        byte[] framed = new byte[place.WholeWidth * place.WholeHeight * channels];
        Array.Fill(framed, fill);
        for (int y = 0; y < place.Height; y++)
        {
            pixels.AsSpan(y * place.Width * channels, place.Width * channels)
                .CopyTo(framed.AsSpan((((place.Top + y) * place.WholeWidth) + place.Left) * channels));
        }

        return framed;
    }

    // An odd pixel goes to the right and to the bottom.
    private static int Margin(int rest) => rest / 2;

    private static PictureSize Resized(PictureGeometry geometry, PictureSize size)
    {
        if (geometry.Letterbox is { } box)
        {
            double ratio = Math.Min((double)box.Height / size.Height, (double)box.Width / size.Width);
            return new PictureSize(Side(size.Height), Side(size.Width));

            int Side(int length) => Math.Max(1, (int)Math.Round(length * ratio, MidpointRounding.ToEven));
        }

        if (geometry.Shorter is not { } shorter)
        {
            return geometry.Exact ?? size;
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
