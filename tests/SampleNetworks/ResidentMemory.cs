namespace Cluster.Tests;

/// <summary>
/// What tensors, the native heaps and the managed heap of this process hold in RAM, after a collection, and after glibc has given
/// back what it keeps of freed memory. Pages of files
/// are left out: code of libtorch and of the JIT comes in when it is first run, up to ten megabytes in a process's
/// first minute.
/// </summary>
internal static class ResidentMemory
{
    public const long Megabyte = 1 << 20;

    private const string Source = "/proc/self/status";
    private const string Anonymous = "RssAnon:"; // in kB

    public static void SkipUnlessReadable() =>
        Assert.SkipUnless(
            File.Exists(Source) && File.ReadLines(Source).Any(line => line.StartsWith(Anonymous, StringComparison.Ordinal)),
            "There is no /proc here to read the resident memory from.");

    /// <summary>In bytes.</summary>
    /// <param name="withFreed">Leaves glibc what it keeps of freed memory.</param>
    public static long Read(bool withFreed = false)
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        if (!withFreed)
        {
            TorchSettings.ReleaseFreedMemory();
        }

        string line = File.ReadLines(Source).First(line => line.StartsWith(Anonymous, StringComparison.Ordinal));
        return long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10;
    }
}
