namespace Cluster.Kernels.Data;

/// <summary>Pixels of one image or several that lie in a <see cref="PixelSpace"/>. Immutable.</summary>
internal sealed class PixelBlock
{
    private readonly byte[]? _pixels;
    private readonly SpillFile? _file;
    private readonly long _start;

    /// <summary>In memory.</summary>
    public PixelBlock(byte[] pixels) => _pixels = pixels;

    /// <summary>In a file, from a place on.</summary>
    public PixelBlock(SpillFile file, long start) => (_file, _start) = (file, start);

    /// <summary>A part of them, without a copy where they are in memory.</summary>
    /// <param name="scratch">What is read from the file is put there; made where it is null.</param>
    public ReadOnlySpan<byte> Read(int offset, int length, scoped ref byte[]? scratch)
    {
        if (_pixels is not null)
        {
            return _pixels.AsSpan(offset, length);
        }

        scratch ??= GC.AllocateUninitializedArray<byte>(length);
        _file!.Read(_start + offset, scratch.AsSpan(0, length));
        return scratch.AsSpan(0, length);
    }
}
