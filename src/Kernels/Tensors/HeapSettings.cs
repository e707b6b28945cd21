using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cluster.Kernels.Tensors;

/// <summary>
/// The system's heap, where tensors on the processor lie. By default glibc maps every large block anew and gives it back when it is
/// freed, so that clearing fresh pages takes more time than many an operator: it is told to keep them.
/// </summary>
internal static partial class HeapSettings
{
    // Parameters of mallopt, malloc.h.
    private const int MapThreshold = -3;
    private const int TrimThreshold = -1;

    private const int MappedFrom = 1 << 30; // bytes
    private const int KeptAtMost = 2_000_000_000; // bytes at the heap's end

    /// <summary>Gives the system what is free.</summary>
    public static void Trim()
    {
        if (OperatingSystem.IsLinux() && HasGlibc)
        {
            _ = malloc_trim(0);
        }
    }

    private static bool HasGlibc => !RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal);

    // At the first use of this assembly, before there is any tensor.
#pragma warning disable CA2255 // A program would have to know that it must call this.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Keep()
    {
        if (OperatingSystem.IsLinux() && HasGlibc)
        {
            _ = mallopt(MapThreshold, MappedFrom);
            _ = mallopt(TrimThreshold, KeptAtMost);
        }
    }

    [LibraryImport("libc")]
    private static partial int mallopt(int parameter, int value);

    [LibraryImport("libc")]
    private static partial int malloc_trim(nuint pad);
}
