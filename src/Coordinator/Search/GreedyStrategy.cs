namespace Cluster.Coordinator.Search;

/// <summary>
/// The greedy search: baselines, then speed polish of what is accurate enough, or skips with walk-back where nothing
/// is. Holds no state of its own: each call replays the search over the journal, so that a decision can read nothing
/// but the rounds before it.
/// </summary>
public sealed class GreedyStrategy : ISearchStrategy
{
    private readonly GreedyOptions _options;

    /// <summary>Creates the strategy.</summary>
    public GreedyStrategy(GreedyOptions? options = null) => _options = options ?? new GreedyOptions();

    /// <inheritdoc/>
    /// <exception cref="JobException">The journal's rounds are not those that this strategy proposes, or FP32 itself
    /// could not be evaluated.</exception>
    public SearchStep Next(JobState state)
    {
        var memory = new SearchMemory(state.Spec, state.Space);
        var search = new GreedySearch(memory, _options);
        var replayed = 0;
        foreach (var round in search.Run())
        {
            if (replayed == state.Rounds.Count)
            {
                return round;
            }

            Observe(state, replayed, round, memory);
            replayed++;
        }

        if (replayed != state.Rounds.Count)
        {
            throw OtherSearch(replayed);
        }

        return new SearchFinished(search.Selection!);
    }

    private static void Observe(JobState state, int number, ProposedRound proposed, SearchMemory memory)
    {
        var recorded = state.Rounds[number];
        if (!recorded.Items.Select(item => item.Item).SequenceEqual(proposed.Items))
        {
            throw OtherSearch(number);
        }

        foreach (var item in recorded.Items)
        {
            memory.Add(item.Item, state.Results[item.Sequence]);
        }
    }

    private static JobException OtherSearch(int round) =>
        new($"Round {round} of the journal is not the one that this version of the search proposes from the same results: use the "
            + "version that wrote it, or start again with --fresh.");
}
