using System.Collections.Concurrent;

namespace Cluster.Plans;

/// <summary>
/// Shares decision objects: one for all equal decisions that were read. A job of 100,000 candidates has some hundred different ones,
/// millions of times. Thread-safe.
/// </summary>
internal static class KnownDecisions
{
    // For all jobs of the process together, some megabytes. Above this limit the set starts anew; objects in use stay alive.
    private const int Most = 16_384;

    private static volatile ConcurrentDictionary<GroupDecision, GroupDecision> s_known = new();
    private static int s_count;

    /// <summary>The object that stands for all equal ones.</summary>
    public static GroupDecision One(GroupDecision read)
    {
        if (s_known.TryGetValue(read, out var known))
        {
            return known;
        }

        if (Interlocked.Increment(ref s_count) > Most)
        {
            s_known = new ConcurrentDictionary<GroupDecision, GroupDecision>();
            Volatile.Write(ref s_count, 1);
        }

        return s_known.GetOrAdd(read, read);
    }
}
