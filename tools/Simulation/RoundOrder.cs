namespace Cluster.Simulation;

/// <summary>What must not depend on the order in which workers end.</summary>
public static class RoundOrder
{
    /// <summary>A journal's events with each round's results in the order of proposal: their own depends on workers.</summary>
    public static IEnumerable<JournalEvent> Of(IEnumerable<JournalEvent> events)
    {
        var results = new SortedDictionary<int, JournalEvent>();
        foreach (var one in events)
        {
            switch (one)
            {
                case ItemCompleted completed:
                    results.Add(completed.Sequence, completed);
                    continue;
                case ItemFailed failed:
                    results.Add(failed.Sequence, failed);
                    continue;
                case RoundProposed or SearchStopped or WinnerSelected:
                    foreach (var result in results.Values)
                    {
                        yield return result;
                    }

                    results.Clear();
                    break;
            }

            yield return one;
        }

        foreach (var result in results.Values)
        {
            yield return result;
        }
    }
}
