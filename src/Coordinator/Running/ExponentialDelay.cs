namespace Cluster.Coordinator.Running;

/// <summary>Waits that double with each failure.</summary>
public static class ExponentialDelay
{
    // More than enough: 2^30 times any first wait exceeds every longest wait.
    private const int MostDoublings = 30;

    /// <summary>The first wait, doubled the given number of times, at most the longest.</summary>
    /// <param name="first">The first wait.</param>
    /// <param name="doublings">Failures before the latest one, from 0.</param>
    /// <param name="longest">The longest wait.</param>
    public static TimeSpan After(TimeSpan first, int doublings, TimeSpan longest)
    {
        var full = first * Math.Pow(2, Math.Min(doublings, MostDoublings));
        return full < longest ? full : longest;
    }

    /// <summary>Shortens a wait by up to half, so that simultaneous failures do not all retry at once.</summary>
    /// <param name="full">The wait.</param>
    /// <param name="seed">Determines the shortening, so that a replay waits as long.</param>
    public static TimeSpan Jittered(TimeSpan full, ulong seed) => full * (1 - (new SplitMix64(seed).Below(1000) / 2000.0));
}
