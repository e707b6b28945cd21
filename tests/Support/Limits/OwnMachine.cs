namespace Cluster.Tests.Limits;

/// <summary>
/// What the programs that tests start know of the machine: a lock of this process's own, so that tests of other processes go on while one
/// times, and timings that end early. Tests about timing say otherwise.
/// </summary>
internal static class OwnMachine
{
    /// <summary>Names the lock file.</summary>
    public const string Lock = "CLUSTER_MACHINE_LOCK";

    /// <summary>Says how long a timing may take.</summary>
    public const string Timing = "CLUSTER_TIMING_SECONDS";

    /// <summary>Sets the variables that are not set, for this process and what it starts.</summary>
    public static void Claim()
    {
        SetDefault(Timing, "0.2");
        string path = Path.Combine(Path.GetTempPath(), $"cluster-tests-{Environment.ProcessId}.lock");
        if (!SetDefault(Lock, path))
        {
            return;
        }

        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            File.Delete(path);
            File.Delete($"{path}.gate");
        };
    }

    private static bool SetDefault(string name, string value)
    {
        bool isFree = string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name));
        if (isFree)
        {
            Environment.SetEnvironmentVariable(name, value);
        }

        return isFree;
    }
}
