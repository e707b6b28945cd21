using Cluster.Coordinator.Running;
using Cluster.Grains.Ports;

namespace Cluster.Grains.Jobs;

/// <summary>How long faults of coordination are waited out.</summary>
internal static class SuspensionTimes
{
    /// <summary>
    /// Doubled each time up to the longest, less up to a half that depends on job and count: jobs that one fault hit
    /// together do not all come back together.
    /// </summary>
    /// <param name="times">Faults since the job last got on, at least 1.</param>
    public static TimeSpan After(string job, int times, GrainOptions options)
    {
        var seed = job.Aggregate((ulong)times, (sum, letter) => (sum * 31) + letter);
        return BackOff.Jittered(BackOff.After(options.FirstSuspension, times - 1, options.LongestSuspension), seed);
    }
}
