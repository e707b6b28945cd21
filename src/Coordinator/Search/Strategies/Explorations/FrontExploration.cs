using Cluster.Coordinator.Search.Strategies.Fronts;

namespace Cluster.Coordinator.Search.Strategies.Explorations;

/// <summary>
/// Explores the front of accuracy and latency. Once the possible winners are known, the plans expected to enlarge the front most are timed,
/// and those still expected to do so are evaluated on all images. The results correct the expectations for the others, until no plan is
/// expected to add one part in two hundred.
/// </summary>
/// <param name="winner">Finds the fastest plan that is accurate enough.</param>
internal sealed class FrontExploration(SearchMemory memory, Rounds rounds, IExploration winner) : IExploration
{
    private const int Usual = 24;
    private const int PerRound = 2;
    private const double LeastGain = 0.005;

    // Rounds of timings before an evaluation: they take no images, but a machine exclusively. A smaller expected gain justifies a timing.
    private const int TimingRounds = 4;
    private const int TimingsOf = 8;
    private const double LeastTimedGain = 0.001;

    /// <inheritdoc/>
    public int Most(Plan start) => winner.Most(start) + Plans();

    /// <inheritdoc/>
    public int MostTimings => winner.MostTimings + (TimingRounds * PerRound * Plans());

    public IEnumerable<ProposedRound> Explore(Plan start) => Parts(start).InTurn();

    private IEnumerable<IEnumerable<ProposedRound>> Parts(Plan start)
    {
        yield return winner.Explore(start);

        for (var left = Plans(); left > 0;)
        {
            for (var timing = 0; timing < TimingRounds; timing++)
            {
                LatencyItem[] timings =
                    [.. Best(start, TimingsOf, LeastTimedGain).Select(memory.LatencyOf).Where(item => !memory.Knows(item)).Take(PerRound)];
                if (timings.Length == 0)
                {
                    // There is no new knowledge, so the next forecast would be the same.
                    break;
                }

                yield return rounds.Of("front: latency of plans that may enlarge it", timings, later: left);
            }

            var looks = Best(start, Math.Min(PerRound, Math.Min(left, memory.BudgetLeft)), LeastGain);
            if (looks.Count == 0)
            {
                yield break;
            }

            left -= looks.Count;
            yield return rounds.Of(
                "front: plans expected to enlarge it", looks.Select(plan => memory.AccuracyOf(plan, ImageScope.Full)), later: left);
        }
    }

    private IReadOnlyList<Plan> Best(Plan start, int count, double least) => new FrontForecast(memory, start).Best(count, least);

    private int Plans() => memory.Spec.Options.BudgetEvaluations is null ? Usual : memory.BudgetLeft;
}
