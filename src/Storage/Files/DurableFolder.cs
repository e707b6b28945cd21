using System.Runtime.InteropServices;

namespace Cluster.Storage.Files;

/// <summary>Folders whose names outlive a loss of power: a new name is on the disk only once its folder was flushed.</summary>
internal static partial class DurableFolder
{
    /// <summary>Creates a folder and those above it where they are missing, all of which then outlive a loss of power.</summary>
    public static void Create(string path)
    {
        var missing = new Stack<string>();
        for (var folder = Path.GetFullPath(path); folder is not null && !Directory.Exists(folder); folder = Path.GetDirectoryName(folder))
        {
            missing.Push(folder);
        }

        Directory.CreateDirectory(path);
        foreach (var made in missing)
        {
            Flush(Path.GetDirectoryName(made)!);
        }
    }

    /// <summary>Makes the names in a folder durable.</summary>
    public static void Flush(string path)
    {
        // .NET cannot open folders. Systems other than Unix have no such call.
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
            if (Synchronize(descriptor) != 0)
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
    private static partial int Synchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
