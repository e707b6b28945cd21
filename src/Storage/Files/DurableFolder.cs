using System.Runtime.InteropServices;

namespace Cluster.Storage.Files;

/// <summary>Writes that outlive a loss of power: a new name is on the disk only once its folder was flushed too.</summary>
internal static partial class DurableFiles
{
    /// <summary>Replaces a file by another content: whoever reads it, also after a crash, finds the old or the new one.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> bytes)
    {
        var temporary = path + ".part";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        FlushFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Makes the names in a folder durable.</summary>
    public static void FlushFolder(string path)
    {
        // The base library opens no folders. Other systems than Unix have no such call.
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        const int readOnly = 0;
        var descriptor = Open(path, readOnly);
        if (descriptor < 0)
        {
            throw new IOException($"{path} could not be opened ({Marshal.GetLastPInvokeErrorMessage()}).");
        }

        try
        {
            if (Flush(descriptor) != 0)
            {
                throw new IOException($"{path} could not be flushed to the disk ({Marshal.GetLastPInvokeErrorMessage()}).");
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
