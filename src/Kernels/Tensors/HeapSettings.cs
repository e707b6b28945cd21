namespace Cluster.Kernels.Tensors;

/// <summary>
/// Settings of the system's heap, which holds tensors on the processor. By default glibc maps every large block anew and unmaps it when
/// freed, so that clearing fresh pages takes more time than many operators: these settings make it keep them, and threads share what is
/// kept, as each would keep as much for itself.
/// </summary>
internal static partial class HeapSettings
{
    // Parameters of mallopt, malloc.h.
    private const int MapThreshold = -3;
    private const int TrimThreshold = -1;
    private const int MostArenas = -8;

    private const int MappedFrom = 1 << 30; // bytes
    private const int KeptAtMost = 2_000_000_000; // bytes at the heap's end

    /// <summary>Returns free memory to the system.</summary>
    public static void Trim()
    {
        if (OperatingSystem.IsLinux() && HasGlibc)
        {
            _ = malloc_trim(0);
        }
    }

    private static bool HasGlibc => !RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal);

    // At the first use of this assembly, before any tensor exists.
#pragma warning disable CA2255 // A program would have to know that it must call this.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Keep()
    {
        if (OperatingSystem.IsLinux() && HasGlibc)
        {
            _ = mallopt(MapThreshold, MappedFrom);
            _ = mallopt(TrimThreshold, KeptAtMost);
            _ = mallopt(MostArenas, Environment.ProcessorCount);
        }
    }

    [LibraryImport("libc")]
    private static partial int mallopt(int parameter, int value);

    [LibraryImport("libc")]
    private static partial int malloc_trim(nuint pad);
}
