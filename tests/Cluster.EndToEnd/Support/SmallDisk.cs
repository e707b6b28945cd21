namespace Cluster.EndToEnd.Support;

/// <summary>A file system of its own, of a few MiB in memory, that can be filled and given room again.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const int Mebibytes = 16;
    private const int NoSpace = 28;

    private readonly WorkFolder _folder = new();

    private SmallDisk() => Root = Directory.CreateDirectory(_folder["disk"]).FullName;

    /// <summary>The folder that it is mounted on.</summary>
    public string Root { get; }

    private string Filler => Path.Combine(Root, "filler");

    /// <summary>Makes one; skips the test where this process may not mount.</summary>
    public static SmallDisk Require()
    {
        var disk = new SmallDisk();
        if (Run("mount", "-t", "tmpfs", "-o", $"size={Mebibytes}m", "tmpfs", disk.Root))
        {
            return disk;
        }

        disk._folder.Dispose();
        Assert.Skip("A small file system could not be mounted here: it takes root and the right to mount.");
        throw new UnreachableException();
    }

    /// <summary>Takes all the room that is left.</summary>
    public void Fill()
    {
        // Beyond the file, so that nothing waits in a buffer for room.
        using var file = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        byte[] page = new byte[Environment.SystemPageSize];
        try
        {
            while (true)
            {
                file.Write(page);
            }
        }
        catch (IOException full) when ((full.HResult & 0xFFFF) == NoSpace)
        {
            // That is what was wanted.
        }
    }

    /// <summary>Gives the room back.</summary>
    public void Relieve() => File.Delete(Filler);

    public void Dispose()
    {
        // At once for everybody; for a process that still has a file open, when it closes it.
        if (Run("umount", "--lazy", Root))
        {
            _folder.Dispose();
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
