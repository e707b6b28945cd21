using Microsoft.Win32.SafeHandles;

namespace Cluster.Kernels;

/// <summary>
/// A temporary file with room for many blocks, which has no name: whatever ends the process, nothing of it stays. Blocks
/// are given back and used again. Thread-safe.
/// </summary>
internal sealed class SpillFile : IDisposable
{
    private const long Alignment = 4096;
    private readonly SafeFileHandle _handle;
    private readonly Lock _lock = new();
    private readonly SortedList<long, long> _free = []; // length by offset; no two touch
    private long _end;

    /// <param name="folder">On the disk that is to hold it.</param>
    public SpillFile(string folder)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, $".spill-{Guid.NewGuid():N}");
        _handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(path);
        }
    }

    /// <summary>Bytes that are in use.</summary>
    public long Used
    {
        get
        {
            lock (_lock)
            {
                return _end - _free.Values.Sum();
            }
        }
    }

    /// <summary>Stores a block.</summary>
    /// <returns>Where it lies.</returns>
    /// <exception cref="IOException">The disk is full.</exception>
    public long Write(ReadOnlySpan<byte> block)
    {
        long offset = Take(Rounded(block.Length));
        try
        {
            RandomAccess.Write(_handle, block, offset);
            return offset;
        }
        catch
        {
            Free(offset, block.Length);
            throw;
        }
    }

    /// <summary>Reads a whole block.</summary>
    /// <exception cref="IOException">The disk has lost it.</exception>
    public void Read(long offset, Span<byte> block)
    {
        for (int read = 0; read < block.Length;)
        {
            int count = RandomAccess.Read(_handle, block[read..], offset + read);
            if (count == 0)
            {
                throw new EndOfStreamException($"The temporary file ends {block.Length - read} bytes before a block does.");
            }

            read += count;
        }
    }

    /// <summary>Gives a block's room back.</summary>
    public void Free(long offset, long length)
    {
        lock (_lock)
        {
            long size = Rounded(length);
            _free.Add(offset, size);
            int index = _free.IndexOfKey(offset);
            if (index + 1 < _free.Count && offset + size == _free.Keys[index + 1])
            {
                _free[offset] = size += _free.Values[index + 1];
                _free.RemoveAt(index + 1);
            }

            if (index > 0 && _free.Keys[index - 1] + _free.Values[index - 1] == offset)
            {
                _free[_free.Keys[index - 1]] += size;
                _free.RemoveAt(index);
            }
        }
    }

    public void Dispose() => _handle.Dispose();

    private static long Rounded(long length) => (length + Alignment - 1) / Alignment * Alignment;

    // The first gap that is large enough.
    private long Take(long size)
    {
        lock (_lock)
        {
            for (int i = 0; i < _free.Count; i++)
            {
                var (offset, length) = (_free.Keys[i], _free.Values[i]);
                if (length >= size)
                {
                    _free.RemoveAt(i);
                    if (length > size)
                    {
                        _free.Add(offset + size, length - size);
                    }

                    return offset;
                }
            }

            long end = _end;
            _end += size;
            return end;
        }
    }
}
