using System.Runtime.InteropServices;

namespace Cluster.Storage.Files;

/// <summary>Folders whose names outlive a loss of power: a new name is on the disk only once its folder was flushed.</summary>
public static partial class DurableFolder
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

    /// <summary>
    /// Moves a folder of finished files to its place, where it is whole or not at all, also after a loss of power. One
    /// flush of the file system stands for those of thousands of files.
    /// </summary>
    /// <exception cref="IOException">It cannot be flushed or moved.</exception>
    public static void Place(string part, string path)
    {
        OnDescriptor(part, SynchronizeFileSystem);
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

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
