using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Results;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Search.Decisions;
using Cluster.Coordinator.Search.Strategies;
using Cluster.Coordinator.Statistics;
using Cluster.Simulation;

namespace Cluster.Bench.Decisions;

/// <summary>What one search decided, and the truth.</summary>
/// <param name="Accepted">Whether a quantized plan was called accurate enough.</param>
/// <param name="Wrongly">Whether it truly loses more than the bound.</param>
/// <param name="Measured">The winner's measured drop less its true one, a fraction; null where that is FP32, like the next.</param>
/// <param name="Expected">Its reported drop less its true one.</param>
/// <param name="Covered">Whether the reported interval holds the truth.</param>
/// <param name="CoveredPlainly">Whether the interval that ignores the choice does.</param>
/// <param name="Power">The speed-up reached, none where the plan truly loses too much, as a share of the best that is allowed.</param>
/// <param name="Looks">Plans looked at on all images.</param>
internal sealed record DecisionTrial(
    bool Accepted, bool Wrongly, double? Measured, double? Expected, bool? Covered, bool? CoveredPlainly, double Power, int Looks)
{
    public static DecisionTrial Of(SampledNetwork network, MeasuredOnce measured, double best, JobOptions options)
    {
        var outcome = Search(network, measured, network.Spec with { Options = options });
        var plan = outcome.Winner.Plan;
        var accepted = outcome.Selection.Feasible && !plan.IsBaseline;
        var truth = network.TrueDrop(plan);
        var kept = truth <= options.MaxDrop;
        var power = Math.Min(1, (accepted && kept ? network.SpeedUp(plan) : 1) / best);
        return outcome.Evidence is { } evidence
            ? new DecisionTrial(
                accepted,
                accepted && !kept,
                evidence.Counts.Drop - truth,
                evidence.Expected - truth,
                Contains(evidence.Interval, truth),
                Contains(evidence.Counts.DropInterval(0.95), truth),
                power,
                evidence.Looks)
            : new DecisionTrial(accepted, accepted && !kept, null, null, null, null, power, 0);
    }

    private static bool Contains(Interval interval, double value) => interval.Low <= value && value <= interval.High;

    private static JobOutcome Search(SampledNetwork network, MeasuredOnce measured, JobSpec spec)
    {
        var state = JobState.Fold([new JobSubmitted(spec.JobId, spec, network.Space)])!;
        var strategy = SearchStrategies.Of(spec.Options);
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
                        state.Apply(new ItemCompleted(item.Sequence, item.Id, measured.Of(item.Item)));
                    }

                    break;
                case SearchFinished finished:
                    state.Apply(finished.Selection);
                    return JobOutcome.Of(state);
            }
        }
    }
}
