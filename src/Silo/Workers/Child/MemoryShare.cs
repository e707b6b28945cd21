using System.Globalization;

namespace Cluster.Silo.Workers.Child;

/// <summary>
/// What the process of a slot may take where no limit is given: its part of nine tenths of the machine's memory, or of the
/// container's (cgroup v2). Without it one candidate that runs away takes the silo with it, as the system ends whole groups.
/// </summary>
internal static class MemoryShare
{
    /// <summary>The least that a slot is left, in bytes: below it, networks of usual size fail on machines that are too full.</summary>
    public const long Least = 1L << 30;

    private const string Groups = "/sys/fs/cgroup";

    /// <summary>Bytes for each of some slots; 0, which is no limit, where the system says nothing.</summary>
    public static long Of(int slots) => Of(slots, SystemMemory.Total(), OfGroup(Groups, OwnGroup()));

    /// <param name="slots">Slots that share it.</param>
    /// <param name="machine">Bytes of the machine, or null.</param>
    /// <param name="group">Bytes that the container may take, or null for no limit.</param>
    public static long Of(int slots, long? machine, long? group)
    {
        var all = Math.Min(machine ?? long.MaxValue, group ?? long.MaxValue);
        return all == long.MaxValue ? 0 : Math.Max(Least, all / 10 * 9 / Math.Max(1, slots));
    }

    /// <summary>The narrowest limit of a group and those that it is in, or null.</summary>
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

    /// <summary>The group's path in the text of /proc/self/cgroup; "/" where it is none of version 2.</summary>
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
