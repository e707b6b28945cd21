using Cluster.Coordinator.Model;
using Cluster.Grains.Ports;

namespace Cluster.Grains.Jobs;

/// <summary>How long faults of coordination are waited out.</summary>
internal static class SuspensionTimes
{
    // 2^30 seconds are more than any longest suspension.
    private const int MostDoublings = 30;

    /// <summary>
    /// Doubled each time up to the longest, less up to a half that depends on job and count: jobs that one fault hit
    /// together do not all come back together.
    /// </summary>
    /// <param name="times">Faults since the job last got on, at least 1.</param>
    public static TimeSpan After(string job, int times, GrainOptions options)
    {
        var full = options.FirstSuspension * Math.Pow(2, Math.Min(times - 1, MostDoublings));
        var seed = job.Aggregate((ulong)times, (sum, letter) => (sum * 31) + letter);
        var jitter = new SplitMix64(seed).Below(1000) / 2000.0;
        return (full < options.LongestSuspension ? full : options.LongestSuspension) * (1 - jitter);
    }
}
