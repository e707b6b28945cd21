using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Cluster.DataSpecs;

/// <summary>Opens regular files only: opening a named pipe waits until a process writes to it, which may never happen.</summary>
internal static partial class RegularFile
{
    private const int ReadOnly = 0;
    private const int WithoutWaiting = 0x800; // O_NONBLOCK: no effect on a regular file
    private const int CloseOnExec = 0x80000;
    private const int NoSuchFile = 2;
    private const int AccessDenied = 13;

    /// <summary>Opens a file for reading from its start.</summary>
    /// <exception cref="IOException">It does not exist, is not a regular file, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not read it.</exception>
    public static FileStream OpenRead(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        }

#pragma warning disable CA2000 // The stream owns the handle from here on; an invalid handle holds nothing.
        var handle = Open(path, ReadOnly | WithoutWaiting | CloseOnExec);
#pragma warning restore CA2000
        if (handle.IsInvalid)
        {
            throw Failure(path, Marshal.GetLastPInvokeError());
        }

        FileStream file = new(handle, FileAccess.Read, bufferSize: 1 << 16);
        if (file.CanSeek)
        {
            return file;
        }

        file.Dispose();
        throw new NotRegularFileException();
    }

    private static Exception Failure(string path, int error)
    {
        string why = Marshal.GetPInvokeErrorMessage(error);
        return error switch
        {
            NoSuchFile => new FileNotFoundException(why, path),
            AccessDenied => new UnauthorizedAccessException(why),
            _ => new IOException(why),
        };
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);
}

/// <summary>A path leads to a pipe, a socket or a device.</summary>
internal sealed class NotRegularFileException() : IOException("it is a pipe, a socket or a device");
