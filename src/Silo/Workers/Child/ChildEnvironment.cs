using Cluster.Storage.Locks;

namespace Cluster.Silo.Workers.Child;

/// <summary>Environment variables of a slot's child.</summary>
internal static class ChildEnvironment
{
    // Large blocks are allocated from the system and returned to it; otherwise glibc's heap grows with every large tensor.
    private const string MmapThreshold = "1048576";
    private const string Arenas = "4";

    /// <summary>The differences from the silo's own environment; null: the variable is removed.</summary>
    public static IEnumerable<(string Name, string? Value)> Of(WorkerOptions options)
    {
        string cores = Math.Max(1, Environment.ProcessorCount / Math.Max(1, options.Slots)).ToString(CultureInfo.InvariantCulture);
        yield return ("MALLOC_MMAP_THRESHOLD_", MmapThreshold);
        yield return ("MALLOC_ARENA_MAX", Arenas);
        yield return ("DOTNET_PROCESSOR_COUNT", cores);
        yield return ("OMP_NUM_THREADS", cores);
        yield return ("OPENBLAS_NUM_THREADS", cores);
        yield return ("DOTNET_DbgEnableMiniDump", null);
        yield return (SlotDevice.Variable, SlotDevice.Of(options.Device));
        yield return (MachineLock.Variable, options.MachineLock ?? Environment.GetEnvironmentVariable(MachineLock.Variable));
        yield return (SlotDevice.ClassVariable, options.DeviceClass);
        yield return (VisibleDevices.OrderVariable, VisibleDevices.BusOrder);
        yield return (
            VisibleDevices.Variable, SlotDevice.NumberOf(options.Device) is { } gpu ? VisibleDevices.NameOf(gpu) : string.Empty);
    }
}
