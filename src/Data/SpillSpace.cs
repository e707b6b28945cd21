namespace Cluster.Data;

/// <summary>
/// Space for blocks of bytes, such as pixels and tensors between two steps of work: in memory up to a limit, beyond it in an unnamed
/// temporary file that disappears with the process, however it ends. Reading is the same either way. One instance may serve any number of
/// jobs at once. Thread-safe.
/// </summary>
/// <param name="bytes">The limit in memory; <see cref="long.MaxValue"/> is no limit.</param>
/// <param name="folder">Where the file is created when it is needed.</param>
public sealed class SpillSpace(long bytes, string folder) : IDisposable
{
    private const long Alignment = 4096;

    private readonly Lock _lock = new();
    private readonly List<(long Start, long Length)> _gaps = []; // in the file, by offset; no two are adjacent
    private SafeFileHandle? _file;
    private long _end; // end of all blocks and gaps
    private long _left = bytes; // bytes left in memory

    /// <summary>Memory only, without a limit.</summary>
    public static SpillSpace Memory { get; } = new(long.MaxValue, Path.GetTempPath());

    /// <summary>Bytes of the file that are in use, in whole pages.</summary>
    public long Spilled
    {
        get
        {
            lock (_lock)
            {
                return _end - _gaps.Sum(gap => gap.Length);
            }
        }
    }

    /// <summary>Removes the file; blocks in it cannot be read any more.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _file?.Dispose();
            _file = null;
        }
    }

    /// <summary>A block of the given size, uninitialised.</summary>
    /// <exception cref="IOException">The file cannot be made.</exception>
    internal SpillBlock Take(long size)
    {
        if (TryReserve(size))
        {
            return new SpillBlock(this, size);
        }

        lock (_lock)
        {
            _file ??= Create();
            return new SpillBlock(this, size, _file, TakePages(Pages(size)));
        }
    }

    /// <summary>A block with these bytes.</summary>
    /// <exception cref="IOException">The disk is full.</exception>
    internal SpillBlock Keep(ReadOnlySpan<byte> bytes)
    {
        var block = Take(bytes.Length);
        block.Write(0, bytes);
        return block;
    }

    /// <summary>Reserves memory for data that the caller keeps in its own form; false if there is not enough left.</summary>
    internal bool TryReserve(long size)
    {
        lock (_lock)
        {
            bool fits = size <= _left;
            _left -= fits ? size : 0;
            return fits;
        }
    }

    /// <summary>Returns memory.</summary>
    internal void Return(long size)
    {
        lock (_lock)
        {
            _left += size;
        }
    }

    /// <summary>Returns space in the file.</summary>
    internal void Return(long start, long size)
    {
        size = Pages(size);
        lock (_lock)
        {
            int next = ~_gaps.BinarySearch((start, 0));
            if (next < _gaps.Count && start + size == _gaps[next].Start)
            {
                size += _gaps[next].Length;
                _gaps.RemoveAt(next);
            }

            if (next > 0 && _gaps[next - 1].Start + _gaps[next - 1].Length == start)
            {
                _gaps[next - 1] = (_gaps[next - 1].Start, _gaps[next - 1].Length + size);
                return;
            }

            _gaps.Insert(next, (start, size));
        }
    }

    private static long Pages(long size) => (size + Alignment - 1) / Alignment * Alignment;

    private SafeFileHandle Create()
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, $".spill-{Guid.NewGuid():N}");
        var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(path);
        }

        return file;
    }

    // Takes pages from the first gap that is large enough.
    private long TakePages(long size)
    {
        int index = _gaps.FindIndex(gap => gap.Length >= size);
        if (index < 0)
        {
            _end += size;
            return _end - size;
        }

        var (start, length) = _gaps[index];
        if (length == size)
        {
            _gaps.RemoveAt(index);
        }
        else
        {
            _gaps[index] = (start + size, length - size);
        }

        return start;
    }
}
