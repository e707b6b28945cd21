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
                $"the machine is busy: {load:0.#} processes were running in the last minute where it has {cores} "
                + $"core{(cores == 1 ? "" : "s")}, so latencies are longer and less alike; wait until it is idle.")
            : null;
}
