namespace Cluster.Silo.Workers.Child;

/// <summary>Memory figures from /proc.</summary>
internal static class SystemMemory
{
    /// <summary>Bytes of the machine, or null if not reported.</summary>
    public static long? Total() => Number("/proc/meminfo", "MemTotal:") * 1024;

    /// <summary>Resident bytes of a process, or null if it is gone.</summary>
    public static long? Resident(int process) => Number($"/proc/{process}/status", "VmRSS:") * 1024;

    /// <summary>Processes that the kernel has killed for lack of memory since boot, in any group; 0 if not reported.</summary>
    public static long OutOfMemoryKills() => Number("/proc/vmstat", "oom_kill ") ?? 0;

    private static long? Number(string path, string label)
    {
        try
        {
            string? line = File.ReadLines(path).FirstOrDefault(line => line.StartsWith(label, StringComparison.Ordinal));
            string? word = line?[label.Length..].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[0];
            return long.TryParse(word, CultureInfo.InvariantCulture, out long number) ? number : null;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
