using System.Globalization;

namespace Cluster.Kernels.Tests.Tensors;

/// <summary>Memory of this process that is in RAM, after everything that nobody refers to was collected.</summary>
internal static class ResidentMemory
{
    private const string Source = "/proc/self/statm";

    public const long Megabyte = 1 << 20;

    public static void SkipUnlessReadable() => Assert.SkipUnless(File.Exists(Source), "There is no /proc here to read the resident memory from.");

    /// <summary>In bytes.</summary>
    public static long Read()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        string[] pages = File.ReadAllText(Source).Split(' ');
        return long.Parse(pages[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
    }
}
