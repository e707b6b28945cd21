using Cluster.Bench.Strategies;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Results;
using Cluster.Coordinator.Search.Decisions;
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
/// <param name="Images">Images of all looks together.</param>
/// <param name="WrongAcceptance">What the job itself says of how often its rule is wrong; null where it says nothing.</param>
internal sealed record DecisionTrial(
    bool Accepted, bool Wrongly, double? Measured, double? Expected, bool? Covered, bool? CoveredPlainly, double Power, int Looks,
    long Images, double? WrongAcceptance = null)
{
    public static DecisionTrial Of(SampledNetwork network, MeasuredOnce measured, double best, JobOptions options)
    {
        var outcome = JobOutcome.Of(ReplayedJob.Run(network.Spec with { Options = options }, network.Space, measured.Of));
        var plan = outcome.Winner.Plan;
        var accepted = outcome.Result.Decision.Feasible && !plan.IsBaseline;
        var truth = network.TrueDrop(plan);
        var kept = truth <= options.AcceptedDrop;
        var power = Math.Min(1, (accepted && kept ? network.SpeedUp(plan) : 1) / best);
        return outcome.Result is { Evidence: { } evidence, Winner.Accuracy: { } accuracy }
            ? new DecisionTrial(
                accepted,
                accepted && !kept,
                accuracy.Drop - truth,
                evidence.ExpectedDrop - truth,
                Contains(evidence.DropCi95, truth),
                Contains(accuracy.DropCi95, truth),
                power,
                evidence.Looks,
                outcome.Result.Evaluations.Images,
                evidence.WrongAcceptance)
            : new DecisionTrial(accepted, accepted && !kept, null, null, null, null, power, 0, outcome.Result.Evaluations.Images);
    }

    private static bool Contains(IReadOnlyList<double> interval, double value) => interval[0] <= value && value <= interval[1];
}
