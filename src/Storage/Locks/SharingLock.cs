namespace Cluster.Storage.Locks;

/// <summary>A lock by .NET's file sharing, for systems other than Linux; waiting polls.</summary>
internal sealed class SharingLock : FileLock
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    // EWOULDBLOCK of Linux and macOS, ERROR_SHARING_VIOLATION of Windows.
    private static readonly int[] Taken = [11, 35, unchecked((int)0x80070020)];

    private readonly string _path;
    private (FileLockMode Mode, FileStream File)? _held;

    private SharingLock(string path) => _path = path;

    public static new SharingLock Open(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                File.Open(path, FileMode.CreateNew).Dispose();
            }
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was first.
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new JobException($"The lock file '{path}' cannot be opened ({failure.Message}): make its folder writable.");
        }

        return new SharingLock(path);
    }

    // Times of the open file and of the one that has the name now, or 1601.
    public override bool IsThere =>
        _held is { File: var file } && File.GetCreationTimeUtc(file.SafeFileHandle) == File.GetCreationTimeUtc(_path);

    public override void Lock(FileLockMode mode)
    {
        while (!TryLock(mode))
        {
            Thread.Sleep(Pause);
        }
    }

    public override bool TryLock(FileLockMode mode)
    {
        if (_held?.Mode == mode)
        {
            return true;
        }

        Unlock();
        try
        {
            _held = (mode, File.Open(_path, FileMode.OpenOrCreate, FileAccess.Read, ShareOf(mode)));
            return true;
        }
        catch (IOException taken) when (Taken.Contains(taken.HResult))
        {
            return false;
        }
    }

    public override void Unlock()
    {
        _held?.File.Dispose();
        _held = null;
    }

    public override void Dispose() => Unlock();

    // Windows removes a file that is open only if all who opened it allow that.
    private static FileShare ShareOf(FileLockMode mode) =>
        (mode == FileLockMode.Exclusive ? FileShare.None : FileShare.Read)
        | (OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None);
}
