namespace Cluster.Data;

/// <summary>What reading depends on besides the spec; tests can replace it.</summary>
/// <param name="CurrentDirectory">The base of relative paths.</param>
/// <param name="Workers">Picture files decoded at once, at least 1.</param>
/// <param name="MaximumBytes">The limit for the bytes of decoded pixels.</param>
internal sealed record DataReadOptions(string CurrentDirectory, int Workers, long MaximumBytes)
{
    public const long DefaultMaximumBytes = 8L << 30;

    /// <summary>Which files may be opened.</summary>
    public DataAccess Access { get; init; } = DataAccess.Anywhere;

    /// <summary>Resizing and cropping of each decoded picture; null: none.</summary>
    public PictureGeometry? Geometry { get; init; }

    /// <summary>Whether pictures of colours become grey, before they are resized.</summary>
    public bool IsGrey { get; init; }

    /// <summary>Where decoded pixels are stored.</summary>
    public SpillSpace Pixels { get; init; } = SpillSpace.Memory;

    public string FullPath(string path) => Path.GetFullPath(path, CurrentDirectory);

    /// <summary>The pixels of a picture file in the form that a set holds.</summary>
    /// <param name="size">Its size in the file.</param>
    public (int Width, int Height, byte[] Pixels) Picture(ReadOnlySpan<byte> file, string name, out PictureSize size)
    {
        var (width, height, pixels) = PictureFile.Decode(file, name);
        size = new PictureSize(height, width);
        pixels = IsGrey ? PictureFile.Grey(pixels, width * height) : pixels;
        return Geometry is null ? (width, height, pixels) : Geometry.Apply(width, height, pixels, name);
    }

    public void RequireRoom(long bytes, string source)
    {
        if (bytes > MaximumBytes)
        {
            throw new KernelException(
                $"The images of '{source}' need at least {bytes} bytes of memory when decoded, more than the {MaximumBytes} that "
                + "are allowed; use fewer images.");
        }
    }
}
