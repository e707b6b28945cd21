namespace Cluster.Terminal.Options;

/// <summary>Checks whether a number of threads makes sense on this machine.</summary>
public static class ThreadCount
{
    // A few more threads than cores are a fair experiment; beyond this factor threads only wait for each other, and
    // timing is meaningless.
    private const int MostPerCore = 4;

    /// <summary>A sentence if there are more threads than cores, else null.</summary>
    /// <exception cref="UsageException">There are more than four times as many.</exception>
    public static string? Judge(int threads, int cores)
    {
        string found = $"--threads is {threads} where this machine has {cores} core{(cores == 1 ? "" : "s")} for it";
        string remedy = cores == 1 ? "give 1" : $"give 1 to {cores}";
        return threads <= cores ? null
            : threads <= (long)MostPerCore * cores ? $"{found}, so threads wait for one another and latencies are longer; {remedy}."
            : throw new UsageException($"{found}, and no useful latency can be measured; {remedy}.");
    }
}
