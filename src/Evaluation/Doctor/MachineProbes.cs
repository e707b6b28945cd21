namespace Cluster.Evaluation.Doctor;

/// <summary>Checks processor and memory.</summary>
internal static class MachineProbes
{
    private const double SmallMemoryGiB = 2;

    public static IEnumerable<Finding> All()
    {
        string set = MachineDescription.InstructionSet();
        string found = $"{MachineDescription.Processor()}, {Environment.ProcessorCount} cores, {set}";
        yield return Judge(set, found);

        // Honours a container's limit, which /proc/meminfo does not.
        double memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1L << 30);
        yield return memory < SmallMemoryGiB
            ? Finding.Warn("memory", $"{memory:F1} GiB", "use small image sets, which are held in memory")
            : Finding.Ok("memory", $"{memory:F1} GiB");
    }

    /// <summary>Whether 8-bit products are exact and fast with this instruction set.</summary>
    internal static Finding Judge(string set, string found) => set is "avx512" or "avx2" or "sse"
        ? Finding.Warn(
            "processor",
            $"{found}: {MachineDescription.WithoutVnni}",
            "accuracy and milliseconds hold for this processor only; measure again where the network will run")
        : Finding.Ok("processor", found);
}
