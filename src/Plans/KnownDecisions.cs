using System.Collections.Concurrent;

namespace Cluster.Plans;

/// <summary>
/// Decisions that were read, one object for all that are equal: a job of 100,000 candidates has some hundred different ones, millions of
/// times. Thread-safe.
/// </summary>
internal static class KnownDecisions
{
    // Of all jobs of the process together, some megabytes. Beyond it they are gathered anew; what has the others keeps them.
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
