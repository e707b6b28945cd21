namespace Cluster.Terminal;

/// <summary>Checks whether a machine is too busy for timing.</summary>
public static class MachineLoad
{
    private const string File = "/proc/loadavg";

    /// <summary>A sentence if more is running than the machine has cores, else null; null also if the system does not report it.</summary>
    public static string? Judge() =>
        System.IO.File.Exists(File) ? Judge(System.IO.File.ReadAllText(File), Environment.ProcessorCount) : null;

    /// <summary>The same for the text of /proc/loadavg, whose first number is the mean of the last minute.</summary>
    internal static string? Judge(string text, int cores) =>
        double.TryParse(text.Split(' ')[0], NumberStyles.Float, CultureInfo.InvariantCulture, out double load) && load >= cores + 0.5
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"load {load:0.#} on {cores} core{(cores == 1 ? "" : "s")}: timings will be noisy; wait until the machine is idle.")
            : null;
}
