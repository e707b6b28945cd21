using System.Runtime.InteropServices;

namespace Cluster.Storage.Files;

/// <summary>Creates and moves folders durably: a new name is on disk only once its parent folder was flushed.</summary>
public static partial class DurableFolder
{
    /// <summary>Creates a folder and its missing parents so that all of them survive a power loss.</summary>
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

    /// <summary>
    /// Moves a folder of finished files to its place, so that it is complete or missing there, even after a power loss. One flush of the
    /// file system replaces those of thousands of files.
    /// </summary>
    /// <exception cref="IOException">It cannot be flushed or moved.</exception>
    public static void Place(string part, string path)
    {
        OnDescriptor(part, OperatingSystem.IsLinux() ? SynchronizeFileSystem : SynchronizeAll);
        Directory.Move(part, path);
        Flush(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Makes the names in a folder durable.</summary>
    public static void Flush(string path) => OnDescriptor(path, Synchronize);

    private static void OnDescriptor(string path, Func<int, int> flush)
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
            if (flush(descriptor) != 0)
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

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    private static partial int SynchronizeFileSystem(int descriptor);

    // For macOS, which has no syncfs.
    private static int SynchronizeAll(int descriptor)
    {
        Sync();
        return Synchronize(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "sync")]
    private static partial void Sync();

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
