namespace Cluster.Storage.Locks;

/// <summary>
/// Marks something as in use, with a lock file next to it that all processes of this machine know: several may use it at a time, or one may
/// have it exclusively, and that one may also remove the file. It is a flock, so the system releases it when the process ends in any way.
/// </summary>
public sealed class FileUse : IDisposable
{
    private readonly FileLock _lock;
    private readonly string _path;

    private FileUse(FileLock held, string path) => (_lock, _path) = (held, path);

    /// <summary>
    /// Marks it as in use, until the result is disposed of. Waits while another process has it exclusively, which never takes long.
    /// </summary>
    /// <param name="path">The lock file, created on first use.</param>
    /// <exception cref="JobException">The file cannot be opened or locked.</exception>
    // If the exclusive holder removed the file, the waiting processes lock a new one.
    public static FileUse Begin(string path) => Take(path, Shared) ?? Begin(path);

    /// <summary>Takes it exclusively, until the result is disposed of; null if it is in use, or another has it exclusively.</summary>
    /// <inheritdoc cref="Begin"/>
    public static FileUse? TryAlone(string path) => Take(path, static file => file.TryLock(FileLockMode.Exclusive));

    /// <summary>Removes the lock file; only for the exclusive holder. Processes that wait for it create a new one.</summary>
    /// <exception cref="IOException">It cannot be removed.</exception>
    public void RemoveFile() => File.Delete(_path);

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private static bool Shared(FileLock file)
    {
        file.Lock(FileLockMode.Shared);
        return true;
    }

    // Null if the lock is not available, or belongs to a file that was removed.
    private static FileUse? Take(string path, Func<FileLock, bool> isHad)
    {
        FileLock? file = FileLock.Open(path);
        try
        {
            if (!isHad(file) || !file.IsThere)
            {
                return null;
            }

            var use = new FileUse(file, path);
            file = null;
            return use;
        }
        finally
        {
            file?.Dispose();
        }
    }
}
