namespace Cluster.Silo.Workers.Child;

/// <summary>
/// The default memory limit of a slot's process: its share of nine tenths of the machine's memory, or of the container's (cgroup v2).
/// Without it a single runaway candidate would take the silo with it, as the system kills whole groups.
/// </summary>
internal static class MemoryShare
{
    /// <summary>The least limit of a slot, in bytes: below it, networks of usual size fail on machines with many slots.</summary>
    public const long Least = 1L << 30;

    private const string Groups = "/sys/fs/cgroup";

    /// <summary>Bytes for each of the slots; 0, meaning no limit, if the system does not report its memory.</summary>
    public static long Of(int slots) => Of(slots, SystemMemory.Total(), OfGroup(Groups, OwnGroup()));

    /// <param name="slots">Slots that share it.</param>
    /// <param name="machine">Bytes of the machine, or null.</param>
    /// <param name="group">The container's limit in bytes, or null for no limit.</param>
    public static long Of(int slots, long? machine, long? group)
    {
        var all = Math.Min(machine ?? long.MaxValue, group ?? long.MaxValue);
        return all == long.MaxValue ? 0 : Math.Max(Least, all / 10 * 9 / Math.Max(1, slots));
    }

    /// <summary>The lowest limit of a group and its parents, or null.</summary>
    /// <param name="root">Where groups are mounted.</param>
    /// <param name="group">The group's path below it, such as "/system.slice/cluster.service".</param>
    public static long? OfGroup(string root, string group)
    {
        long? narrowest = null;
        for (var folder = root + group.TrimEnd('/'); folder.Length >= root.Length; folder = Path.GetDirectoryName(folder)!)
        {
            if (Limit(Path.Combine(folder, "memory.max")) is { } limit)
            {
                narrowest = Math.Min(narrowest ?? long.MaxValue, limit);
            }
        }

        return narrowest;
    }

    /// <summary>The group's path in the text of /proc/self/cgroup; "/" if there is none of version 2.</summary>
    public static string GroupIn(string text) => text
        .Split('\n')
        .FirstOrDefault(line => line.StartsWith("0::/", StringComparison.Ordinal))?["0::".Length..].Trim() ?? "/";

    private static string OwnGroup() => Read("/proc/self/cgroup") is { } text ? GroupIn(text) : "/";

    private static long? Limit(string path) =>
        long.TryParse(Read(path), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out long limit) ? limit : null;

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
