namespace Cluster.Coordinator.Search.Speculation;

/// <summary>
/// Predicts the items that a search will request after the current round: it runs the search itself, with guesses for unknown results, the
/// likeliest outcomes first.
/// </summary>
internal static class LikelyItems
{
    /// <summary>The most predicted items.</summary>
    public const int Most = 48;

    // The most possible outcomes to examine, each of which costs as much as all decisions so far, and rounds after the current one.
    private const int MostWays = 16;
    private const int MostRounds = 3;

    /// <summary>The items that may be run speculatively, the likeliest first.</summary>
    /// <param name="events">The job's events, with a round in progress.</param>
    /// <param name="strategy">Makes a strategy that decides like the job's.</param>
    /// <param name="find">Finds the result of an item that is not recorded yet, if there is one.</param>
    public static IReadOnlyList<WorkItem> Of(
        IReadOnlyList<JournalEvent> events, Func<ISearchStrategy> strategy, Func<WorkItem, WorkResult?> find)
    {
        var likely = new List<WorkItem>();
        var ways = new PriorityQueue<Way, double>();
        Branch(JobState.Fold(events)!, new Way([], 0, 1));
        for (var asked = 0; asked < MostWays && likely.Count < Most && ways.TryDequeue(out var way, out _); asked++)
        {
            var state = JobState.Fold(events.Concat(way.Events))!;
            if (Next(state) is not { } round)
            {
                continue;
            }

            likely.AddRange(round.Items.Where(item => MayBeDone(item) && find(item) is null && !likely.Contains(item)));
            if (way.Depth + 1 < MostRounds)
            {
                var proposed = round.After(state);
                state.Apply(proposed);
                Branch(state, way with { Events = [.. way.Events, proposed], Depth = way.Depth + 1 });
            }
        }

        return likely.Count > Most ? likely[..Most] : likely;

        void Branch(JobState state, Way before)
        {
            var pending = state.Pending;
            WorkItem[] items = [.. pending.Select(item => item.Item)];
            foreach (var guess in RoundGuesses.Of(state.Memory, items, [.. items.Select(find)]))
            {
                var likelihood = before.Likelihood * guess.Likelihood;
                ways.Enqueue(
                    new Way([.. before.Events, .. pending.Select((item, i) => Ended(item, guess.Results[i]))], before.Depth, likelihood),
                    -likelihood);
            }
        }

        ProposedRound? Next(JobState state)
        {
            try
            {
                return strategy().Next(state) as ProposedRound;
            }
            catch (JobException)
            {
                // A guess may lead to a state for which no decision is possible.
                return null;
            }
        }
    }

    // Timing needs its machine exclusively, and test data is for the winner only.
    private static bool MayBeDone(WorkItem item) => item is AccuracyItem or ParityItem or SensitivityItem or CalibratorItem;

    private static JournalEvent Ended(ProposedItem item, WorkResult result) => result is FailedResult failure
        ? new ItemFailed(item.Sequence, item.Id, failure, 1)
        : new ItemCompleted(item.Sequence, item.Id, result);

    // Guessed rounds after the current one.
    private sealed record Way(IReadOnlyList<JournalEvent> Events, int Depth, double Likelihood);
}
