namespace Cluster.Kernels;

/// <summary>
/// Room in memory up to a number of bytes, and a temporary file for what does not fit there. Thread-safe.
/// </summary>
/// <param name="bytes">In memory.</param>
/// <param name="folder">Where the file is made once it is needed.</param>
internal sealed class SpillRoom(long bytes, string folder) : IDisposable
{
    private readonly Lock _lock = new();
    private SpillFile? _file;
    private long _left = bytes;

    /// <summary>Bytes that lie in the file now.</summary>
    public long Spilled
    {
        get
        {
            lock (_lock)
            {
                return _file?.Used ?? 0;
            }
        }
    }

    /// <summary>The file, made by the first who asks.</summary>
    public SpillFile File
    {
        get
        {
            lock (_lock)
            {
                return _file ??= new SpillFile(folder);
            }
        }
    }

    /// <summary>Takes memory, or says that it is full.</summary>
    public bool TryReserve(long size)
    {
        if (Interlocked.Add(ref _left, -size) >= 0)
        {
            return true;
        }

        Interlocked.Add(ref _left, size);
        return false;
    }

    /// <summary>Gives memory back.</summary>
    public void Return(long size) => Interlocked.Add(ref _left, size);

    /// <summary>Removes the file.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _file?.Dispose();
            _file = null;
        }
    }
}
