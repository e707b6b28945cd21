using Cluster.Coordinator;

namespace Cluster.Storage.Locks;

/// <summary>
/// That something is in use, by a file beside it which all processes of this machine know: any number use it at a time, or one has it
/// alone. It is the system's flock, so it ends with its process, however that ends.
/// </summary>
public sealed class FileUse : IDisposable
{
    private readonly FileLock _lock;

    private FileUse(FileLock held) => _lock = held;

    /// <summary>
    /// Says that it is in use, until the result is disposed of. Waits while another has it alone, which is never for long.
    /// </summary>
    /// <param name="path">The lock's file, created at first use.</param>
    /// <exception cref="JobException">The file cannot be opened or locked.</exception>
    public static FileUse Begin(string path)
    {
        var file = FileLock.Open(path);
        try
        {
            file.Lock(FileLockMode.Shared);
            return new FileUse(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Has it alone, until the result is disposed of; null where it is in use, or another has it alone.</summary>
    /// <inheritdoc cref="Begin"/>
    public static FileUse? TryAlone(string path)
    {
        var file = FileLock.Open(path);
        try
        {
            if (file.TryLock(FileLockMode.Exclusive))
            {
                return new FileUse(file);
            }
        }
        catch
        {
            file.Dispose();
            throw;
        }

        file.Dispose();
        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();
}
