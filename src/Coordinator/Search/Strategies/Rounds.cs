namespace Cluster.Coordinator.Search.Strategies;

/// <summary>Makes rounds of the items without known results that were not requested yet.</summary>
internal sealed class Rounds(SearchMemory memory)
{
    private readonly HashSet<WorkItem> _proposed = [];

    /// <summary>
    /// The round, or nothing if every result is known; and, where images have no labels, the request for those that decide on its plans.
    /// </summary>
    /// <param name="decisive">The plans that are decided on; null: all that the round evaluates on all images.</param>
    public IEnumerable<ProposedRound> Of(
        string purpose, IEnumerable<WorkItem> items, int later, Func<IEnumerable<Plan>>? decisive = null)
    {
        var missing = items.Where(item => !memory.Knows(item) && _proposed.Add(item)).ToArray();
        if (missing.Length == 0)
        {
            yield break;
        }

        yield return new ProposedRound(purpose, [.. missing.SelectMany(memory.OnEachKind)], later);
        var plans = decisive?.Invoke()
            ?? missing.OfType<AccuracyItem>().Where(item => item.Images.IsFull).Select(item => item.Plan);
        if (memory.LabelsFor(plans) is { } labels && _proposed.Add(labels))
        {
            yield return new ProposedRound("labels of what the plans answer otherwise than FP32", [labels], later);
        }
    }
}
