using Cluster.Coordinator.Model;
using Cluster.Coordinator.Search.Strategies.Fronts;
using Cluster.Coordinator.Work;
using Cluster.Plans;

namespace Cluster.Coordinator.Search.Strategies.Explorations;

/// <summary>
/// The front of accuracy and latency. When what may win is known, the plans that are expected to enlarge the front most are timed, and
/// those that still are then are looked at on all images. What is found corrects what is expected of the others, until no plan is expected
/// to add one part in two hundred.
/// </summary>
/// <param name="winner">Looks for the fastest plan that is accurate enough.</param>
internal sealed class FrontExploration(SearchMemory memory, Rounds rounds, IExploration winner) : IExploration
{
    private const int Usual = 24;
    private const int PerRound = 2;
    private const double LeastGain = 0.005;

    // Rounds of timings before a look: they take no images, but a machine to themselves. A plan is worth one for less than a look.
    private const int TimingRounds = 4;
    private const int TimingsOf = 8;
    private const double LeastTimedGain = 0.001;

    /// <inheritdoc/>
    public int Most(Plan start) => winner.Most(start) + Plans();

    /// <inheritdoc/>
    public int MostTimings => winner.MostTimings + (TimingRounds * PerRound * Plans());

    public IEnumerable<ProposedRound> Explore(Plan start)
    {
        foreach (var round in winner.Explore(start))
        {
            yield return round;
        }

        for (var left = Plans(); left > 0;)
        {
            for (var timing = 0; timing < TimingRounds; timing++)
            {
                LatencyItem[] timings =
                    [.. Best(start, TimingsOf, LeastTimedGain).Select(memory.LatencyOf).Where(item => !memory.Knows(item)).Take(PerRound)];
                if (timings.Length == 0)
                {
                    // Nothing more is known than before: the next forecast would be the same.
                    break;
                }

                foreach (var round in rounds.Of("front: latency of plans that may enlarge it", timings, later: left))
                {
                    yield return round;
                }
            }

            var looks = Best(start, Math.Min(PerRound, Math.Min(left, memory.BudgetLeft)), LeastGain);
            if (looks.Count == 0)
            {
                yield break;
            }

            left -= looks.Count;
            foreach (var round in rounds.Of(
                "front: plans expected to enlarge it", looks.Select(plan => memory.AccuracyOf(plan, ImageScope.Full)), later: left))
            {
                yield return round;
            }
        }
    }

    private IReadOnlyList<Plan> Best(Plan start, int count, double least) => new FrontForecast(memory, start).Best(count, least);

    private int Plans() => memory.Spec.Options.BudgetEvaluations is null ? Usual : memory.BudgetLeft;
}
