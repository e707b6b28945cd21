namespace Cluster.Coordinator.Search.Strategies.Explorations;

/// <summary>A job's expected measurements, before it starts.</summary>
/// <param name="Likely">Likely measurements: accuracies, latencies, and those that help to choose among candidates.</param>
/// <param name="Most">The same if the search goes on as long as it can; without learning after the search.</param>
public sealed record SearchForecast(int Likely, int Most)
{
    /// <summary>The forecast of a job: its first round is known, the rest is an estimate and a bound.</summary>
    /// <exception cref="JobException">The goal is known to be unreachable.</exception>
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
