using Cluster.Coordinator.Model;

namespace Cluster.Coordinator.Running;

/// <summary>Waits that double with each failure.</summary>
public static class BackOff
{
    // 2^30 times any first wait is more than any longest one.
    private const int MostDoublings = 30;

    /// <summary>The first wait, doubled so many times, at most the longest.</summary>
    /// <param name="first">The first wait.</param>
    /// <param name="doublings">Failures before the latest one, from 0.</param>
    /// <param name="longest">The longest wait.</param>
    public static TimeSpan After(TimeSpan first, int doublings, TimeSpan longest)
    {
        var full = first * Math.Pow(2, Math.Min(doublings, MostDoublings));
        return full < longest ? full : longest;
    }

    /// <summary>A wait, less up to half of it: what failed together does not all come back together.</summary>
    /// <param name="full">The wait.</param>
    /// <param name="seed">What the share that is left out follows from, so that a replay waits as long.</param>
    public static TimeSpan Jittered(TimeSpan full, ulong seed) => full * (1 - (new SplitMix64(seed).Below(1000) / 2000.0));
}
