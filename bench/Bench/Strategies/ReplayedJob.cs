using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Search.Strategies;
using Cluster.Coordinator.Search.Strategies.Explorations;
using Cluster.Coordinator.Work;

namespace Cluster.Bench.Strategies;

/// <summary>A job's search without a machine: each item's result is known or computed at once.</summary>
internal static class ReplayedJob
{
    /// <summary>The job's state with its winner selected.</summary>
    /// <param name="strategy">Null: what the job asks for.</param>
    public static JobState Run(JobSpec spec, SearchSpace space, Func<WorkItem, WorkResult> evaluate, ISearchStrategy? strategy = null)
    {
        var state = JobState.Fold([new JobSubmitted(spec.JobId, spec, space)])!;
        strategy ??= SearchStrategies.Of(spec.Options);
        while (true)
        {
            switch (strategy.Next(state))
            {
                case ProposedRound round:
                    var after = state.Results.Count;
                    var items = round.Items.Select((item, i) => new ProposedItem(after + i, item.Id, item)).ToArray();
                    state.Apply(new RoundProposed(state.Rounds.Count, after, round.Purpose, items));
                    foreach (var item in items)
                    {
                        state.Apply(new ItemCompleted(item.Sequence, item.Id, evaluate(item.Item)));
                    }

                    break;
                case SearchFinished finished:
                    state.Apply(finished.Selection);
                    return state;
            }
        }
    }
}
