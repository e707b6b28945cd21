using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Work;
using Cluster.Plans;

namespace Cluster.Bench.Throughput;

/// <summary>No search: so many different candidates, in rounds of a thousand.</summary>
internal sealed class ManyCandidates(int candidates) : ISearchStrategy
{
    private const int PerRound = 1000;

    public SearchStep Next(JobState state, CancellationToken cancellationToken = default)
    {
        var from = state.Results.Count;
        if (from >= candidates)
        {
            return new SearchFinished(new WinnerSelected(Plan(state, 1), Feasible: true, WinnerKind.Faster, "The candidates are through."));
        }

        var items = Enumerable.Range(from, Math.Min(PerRound, candidates - from))
            .Select(i => (WorkItem)new AccuracyItem(state.Spec.AccuracyContext, Plan(state, i + 1), ImageScope.Full))
            .ToArray();
        return new ProposedRound("throughput", items, candidates - from - items.Length);
    }

    // The bits of the number are the plan.
    private static Plan Plan(JobState state, int number) => new(state.Spec.Options.Target, [
        .. state.Space.Groups.Select(
            (group, i) =>
                GroupDecision.In(
                    (number >> i & 1) == 1 ? GroupFormat.Int8 : GroupFormat.Baseline, group.Name, "mse", biasCorrection: true)),
    ]);
}
