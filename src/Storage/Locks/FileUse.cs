using Cluster.Plans;

namespace Cluster.Storage.Locks;

/// <summary>
/// That something is in use, by a file beside it which all processes of this machine know: any number use it at a time, or one has it
/// alone, who may remove that file, too. It is the system's flock, so it ends with its process, however that ends.
/// </summary>
public sealed class FileUse : IDisposable
{
    private readonly FileLock _lock;
    private readonly string _path;

    private FileUse(FileLock held, string path) => (_lock, _path) = (held, path);

    /// <summary>
    /// Says that it is in use, until the result is disposed of. Waits while another has it alone, which is never for long.
    /// </summary>
    /// <param name="path">The lock's file, created at first use.</param>
    /// <exception cref="JobException">The file cannot be opened or locked.</exception>
    // Where whoever had it alone has removed the file, those who come now lock another one.
    public static FileUse Begin(string path) => Take(path, Shared) ?? Begin(path);

    /// <summary>Has it alone, until the result is disposed of; null where it is in use, or another has it alone.</summary>
    /// <inheritdoc cref="Begin"/>
    public static FileUse? TryAlone(string path) => Take(path, static file => file.TryLock(FileLockMode.Exclusive));

    /// <summary>Removes the lock's file; only for who has it alone. Those who wait for it make another one.</summary>
    /// <exception cref="IOException">It cannot be removed.</exception>
    public void RemoveFile() => File.Delete(_path);

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private static bool Shared(FileLock file)
    {
        file.Lock(FileLockMode.Shared);
        return true;
    }

    // Null where the lock is not to be had, or is that of a file which is not there any more.
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
