namespace Cluster.Grains.Jobs;

/// <summary>The waits after faults of coordination.</summary>
internal static class SuspensionTimes
{
    /// <summary>
    /// Doubled each time up to the longest, minus up to a half that depends on job and count: jobs suspended by the same fault do not all
    /// retry at once.
    /// </summary>
    /// <param name="times">Faults since the job last made progress, at least 1.</param>
    public static TimeSpan After(string job, int times, GrainOptions options)
    {
        var seed = job.Aggregate((ulong)times, (sum, letter) => (sum * 31) + letter);
        return ExponentialDelay.Jittered(ExponentialDelay.After(options.FirstSuspension, times - 1, options.LongestSuspension), seed);
    }
}
