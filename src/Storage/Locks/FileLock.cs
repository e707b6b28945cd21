namespace Cluster.Storage.Locks;

/// <summary>A file by which processes exclude each other. The system releases its lock when the process ends in any way.</summary>
internal abstract class FileLock : IDisposable
{
    /// <exception cref="JobException">The file cannot be opened or made.</exception>
    public static FileLock Open(string path) => OperatingSystem.IsLinux() ? FlockFile.Open(path) : SharingLock.Open(path);

    /// <summary>
    /// Whether the file still has its name. A removed file can be locked, but no longer excludes processes that open the path now.
    /// </summary>
    public abstract bool IsThere { get; }

    /// <summary>Waits for the lock, without a time limit.</summary>
    public abstract void Lock(FileLockMode mode);

    /// <summary>Takes the lock if it is free.</summary>
    public abstract bool TryLock(FileLockMode mode);

    /// <summary>Releases the lock; harmless if it is not held, and after <see cref="Dispose"/>.</summary>
    public abstract void Unlock();

    /// <summary>Releases the lock and closes the file.</summary>
    public abstract void Dispose();
}

/// <summary>How a lock is held; the numbers are flock's.</summary>
internal enum FileLockMode
{
    Shared = 1,
    Exclusive = 2,
}
