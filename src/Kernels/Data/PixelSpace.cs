namespace Cluster.Kernels.Data;

/// <summary>
/// Where the pixels of image sets lie: in memory up to a number of bytes, beyond it in a temporary file without a name. What
/// is read is the same either way. One may serve any number of sets, which cannot be read any more once it is disposed.
/// Thread-safe.
/// </summary>
/// <param name="bytes">Of pixels in memory.</param>
/// <param name="folder">Where the file is made once it is needed.</param>
public sealed class PixelSpace(long bytes, string folder) : IDisposable
{
    private readonly SpillRoom _room = new(bytes, folder);

    /// <summary>Memory alone, without a limit.</summary>
    public static PixelSpace Memory { get; } = new(long.MaxValue, Path.GetTempPath());

    /// <summary>Bytes that lie in the file.</summary>
    public long Spilled => _room.Spilled;

    /// <summary>Removes the file.</summary>
    public void Dispose() => _room.Dispose();

    /// <summary>Takes ownership of the pixels of one image or several.</summary>
    /// <exception cref="IOException">The disk is full.</exception>
    internal PixelBlock Keep(byte[] pixels)
    {
        if (_room.TryReserve(pixels.Length))
        {
            return new PixelBlock(pixels);
        }

        var file = _room.File;
        return new PixelBlock(file, file.Write(pixels));
    }
}
