using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Cluster.Storage.Locks;

/// <summary>
/// An open file locked by flock(2). The lock belongs to the open file, so two instances exclude each other even within a process.
/// </summary>
internal sealed partial class FileLock : IDisposable
{
    private const int ReadOnly = 0;
    private const int Create = 0x40;
    private const int CloseOnExec = 0x80000; // a child process must not keep the lock alive
    private const int WithoutWaiting = 4;
    private const int Release = 8;
    private const int Interrupted = 4;
    private const int WouldBlock = 11;
    private const int ReadableAndWritableByAll = 0x1B6; // 0666, minus the umask
    private const int OfTheHandle = 0x1000;
    private const uint LinkCount = 4;
    private const int LinksAt = 16;
    private const int StatusLength = 256;

    private readonly string _path;
    private readonly SafeFileHandle _handle;

    private FileLock(string path, SafeFileHandle handle)
    {
        _path = path;
        _handle = handle;
    }

    public static FileLock Open(string path)
    {
        // Locking needs no write access, and Linux may refuse O_CREAT on another user's file in a sticky folder: so first try without it.
        SafeFileHandle handle = OpenFile(path, ReadOnly | CloseOnExec, 0);
        if (handle.IsInvalid)
        {
            handle.Dispose();
            handle = OpenFile(path, ReadOnly | CloseOnExec | Create, ReadableAndWritableByAll);
        }

        if (handle.IsInvalid)
        {
            int error = Marshal.GetLastPInvokeError();
            handle.Dispose();
            throw new JobException(
                $"The lock file '{path}' cannot be opened ({Marshal.GetPInvokeErrorMessage(error)}): make its folder writable.");
        }

        return new FileLock(path, handle);
    }

    /// <summary>
    /// Whether the file still has its name. A removed file can be locked, but no longer excludes processes that open the path now.
    /// </summary>
    public unsafe bool IsThere
    {
        get
        {
            byte* status = stackalloc byte[StatusLength];
            return StatusX(_handle, string.Empty, OfTheHandle, LinkCount, status) != 0
                ? throw Failure(Marshal.GetLastPInvokeError())
                : *(uint*)(status + LinksAt) > 0;
        }
    }

    /// <summary>Waits for the lock, without a time limit.</summary>
    public void Lock(FileLockMode mode) => _ = TryLock((int)mode);

    /// <summary>Takes the lock if it is free.</summary>
    public bool TryLock(FileLockMode mode) => TryLock((int)mode | WithoutWaiting);

    /// <summary>Releases the lock; harmless if it is not held, and after <see cref="Dispose"/>.</summary>
    public void Unlock()
    {
        if (!_handle.IsClosed && FLock(_handle, Release) != 0)
        {
            throw Failure(Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Releases the lock and closes the file.</summary>
    public void Dispose()
    {
        // A child that is being started holds a copy of the file until it executes its program: closing ours alone would keep the lock.
        if (!_handle.IsClosed)
        {
            _ = FLock(_handle, Release);
        }

        _handle.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle OpenFile(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int FLock(SafeFileHandle file, int operation);

    // Its layout is the same on every processor, unlike fstat's.
    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int StatusX(SafeFileHandle file, string path, int flags, uint mask, byte* status);

    private bool TryLock(int operation)
    {
        while (FLock(_handle, operation) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error == WouldBlock)
            {
                return false;
            }

            if (error != Interrupted)
            {
                throw Failure(error);
            }
        }

        return true;
    }

    private JobException Failure(int error)
        => new(
            $"The lock file '{_path}' cannot be locked ({Marshal.GetPInvokeErrorMessage(error)}): put the temporary "
            + "folder on a local file system.");
}

/// <summary>Operations of flock(2).</summary>
internal enum FileLockMode
{
    Shared = 1,
    Exclusive = 2,
}
