using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Cluster.Storage.Locks;

/// <summary>A lock by flock(2) of Linux. It belongs to the open file, so two instances exclude each other even within a process.</summary>
internal sealed partial class FlockFile : FileLock
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

    private FlockFile(string path, SafeFileHandle handle)
    {
        _path = path;
        _handle = handle;
    }

    public static new FlockFile Open(string path)
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

        return new FlockFile(path, handle);
    }

    public override unsafe bool IsThere
    {
        get
        {
            byte* status = stackalloc byte[StatusLength];
            return StatusX(_handle, string.Empty, OfTheHandle, LinkCount, status) != 0
                ? throw Failure(Marshal.GetLastPInvokeError())
                : *(uint*)(status + LinksAt) > 0;
        }
    }

    public override void Lock(FileLockMode mode) => _ = TryLock((int)mode);

    public override bool TryLock(FileLockMode mode) => TryLock((int)mode | WithoutWaiting);

    public override void Unlock()
    {
        if (!_handle.IsClosed && FLock(_handle, Release) != 0)
        {
            throw Failure(Marshal.GetLastPInvokeError());
        }
    }

    public override void Dispose()
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
