using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Search.Strategies;

/// <summary>Makes rounds of the items without known results that were not requested yet.</summary>
internal sealed class Rounds(SearchMemory memory)
{
    private readonly HashSet<WorkItem> _proposed = [];

    /// <summary>The round, or nothing if every result is known.</summary>
    public IEnumerable<ProposedRound> Of(string purpose, IEnumerable<WorkItem> items, int later)
    {
        var missing = items.Where(item => !memory.Knows(item) && _proposed.Add(item)).ToArray();
        if (missing.Length > 0)
        {
            yield return new ProposedRound(purpose, missing, later);
        }
    }
}
