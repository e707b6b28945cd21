namespace Cluster.Data;

/// <summary>
/// Bytes in a <see cref="SpillSpace"/>, written and read in slices; slices that do not overlap may be accessed at once. The space is freed
/// when the block is disposed or garbage-collected.
/// </summary>
/// <param name="space">The space that the block belongs to.</param>
/// <param name="size">Size in bytes.</param>
/// <param name="file">The file; null: in memory.</param>
/// <param name="start">Its offset in the file.</param>
internal sealed unsafe class SpillBlock(SpillSpace space, long size, SafeFileHandle? file = null, long start = 0)
    : SafeHandle(nint.Zero, ownsHandle: true)
{
    private readonly byte* _data = file is null ? (byte*)NativeMemory.AlignedAlloc((nuint)size, 64) : null;

    /// <inheritdoc/>
    public override bool IsInvalid => false;

    /// <summary>Writes a slice.</summary>
    /// <exception cref="IOException">The disk is full.</exception>
    public void Write(long offset, ReadOnlySpan<byte> slice)
    {
        RequireWithin(offset, slice.Length);
        if (file is null)
        {
            slice.CopyTo(new Span<byte>(_data + offset, slice.Length));
        }
        else
        {
            RandomAccess.Write(file, slice, start + offset);
        }

        GC.KeepAlive(this);
    }

    /// <summary>Copies a slice.</summary>
    /// <exception cref="IOException">The disk has lost it, or it was never written.</exception>
    /// <exception cref="ObjectDisposedException">The block, or its file, is gone.</exception>
    public void Read(long offset, Span<byte> slice)
    {
        RequireWithin(offset, slice.Length);
        if (file is null)
        {
            new ReadOnlySpan<byte>(_data + offset, slice.Length).CopyTo(slice);
        }
        else
        {
            ReadFile(file, start + offset, slice);
        }

        GC.KeepAlive(this);
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        if (file is null)
        {
            NativeMemory.AlignedFree(_data);
            space.Return(size);
        }
        else
        {
            space.Return(start, size);
        }

        return true;
    }

    private static void ReadFile(SafeFileHandle file, long position, Span<byte> slice)
    {
        for (int read = 0; read < slice.Length;)
        {
            int count = RandomAccess.Read(file, slice[read..], position + read);
            if (count == 0)
            {
                throw new EndOfStreamException($"The temporary file ends {slice.Length - read} bytes before a block does.");
            }

            read += count;
        }
    }

    private void RequireWithin(long offset, int length)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, size - length);
    }
}
