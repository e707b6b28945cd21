using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Search.Strategies;
using Cluster.Plans;

namespace Cluster.Coordinator.Search;

/// <summary>What a job is going to measure, before it does.</summary>
/// <param name="Likely">Measurements that are likely: accuracies, latencies, and what helps to choose among candidates.</param>
/// <param name="Most">The same where the search has to go on as long as it can; learning after the search is not among them.</param>
public sealed record SearchForecast(int Likely, int Most)
{
    /// <summary>The forecast of a job: its first round is known, the rest is a guess and a bound.</summary>
    /// <exception cref="JobException">What is asked is known to be out of reach.</exception>
    public static SearchForecast Of(JobSpec spec, SearchSpace space)
    {
        var begun = JobState.Fold([new JobSubmitted(spec.JobId, spec, space)])!;
        return SearchStrategies.Of(spec.Options).Next(begun) is ProposedRound round
            ? new SearchForecast(
                round.Items.Count + round.EstimatedLater,
                round.Items.Count + Math.Max(round.EstimatedLater, round.MostLater ?? 0))
            : new SearchForecast(0, 0);
    }
}
