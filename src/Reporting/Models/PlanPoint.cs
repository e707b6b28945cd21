using Cluster.Coordinator.Plans;
using Cluster.Coordinator.Results;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Statistics;
using Cluster.Coordinator.Work;

namespace Cluster.Reporting.Models;

/// <summary>A measured plan and its place among the others.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Roles">What it is in the result.</param>
/// <param name="OnFront">Whether no other plan beats it in both accuracy and latency.</param>
/// <param name="Accuracy">Its accuracy on the whole evaluation set, where it was measured.</param>
/// <param name="Latency">Its latency, where it was measured.</param>
/// <param name="DropPoints">Percentage points of the metric lost against FP32 on the same images; negative where it
/// gains.</param>
/// <param name="SpeedUp">FP32's median over its own, both of the same interleaved measurement.</param>
/// <param name="ComparableMs">Its median scaled so that the FP32 run beside it takes as long as FP32 in the first
/// observation: drift of the machine between observations then does not look like a difference between plans.</param>
/// <param name="ComparableIqrMs">Its interquartile range, scaled alike.</param>
public sealed record PlanPoint(
    Plan Plan,
    PlanRoles Roles,
    bool OnFront,
    AccuracyResult? Accuracy,
    LatencyResult? Latency,
    double? DropPoints,
    double? SpeedUp,
    double? ComparableMs,
    double? ComparableIqrMs)
{
    /// <summary>Images right as a fraction, where it was measured.</summary>
    public double? Share => Accuracy is { Total: > 0 } accuracy ? (double)accuracy.Correct / accuracy.Total : null;

    /// <summary>The 95 % interval of <see cref="Share"/>.</summary>
    public Interval? ShareInterval => Accuracy is { Total: > 0 } accuracy ? WilsonInterval.Of(accuracy.Correct, accuracy.Total) : null;

    /// <summary>The 95 % interval of <see cref="SpeedUp"/>, where it was measured.</summary>
    public Interval? SpeedUpInterval => Latency is { LowMs: > 0 and var low, HighMs: > 0 and var high } && !Plan.IsBaseline
        ? new Interval(Latency.Float32MedianMs / high, Latency.Float32MedianMs / low)
        : null;

    /// <summary>Whether it has both coordinates of the front.</summary>
    public bool IsComplete => Share is not null && ComparableMs is not null;

    /// <summary>
    /// The plans of a result, each once: baselines and winner, then the front from the fastest, then the rest.
    /// </summary>
    public static IReadOnlyList<PlanPoint> Collect(ReportModel model)
    {
        var outcome = model.Outcome;
        var front = outcome.Front.Select(measurement => measurement.Plan.Digest).ToHashSet(StringComparer.Ordinal);
        var named = new[] { outcome.Float32, outcome.Int8, outcome.Int8Best, outcome.Winner };
        return named
            .OfType<PlanMeasurement>()
            .Concat(outcome.Front)
            .Concat(model.Evaluated)
            .GroupBy(measurement => measurement.Plan.Digest, StringComparer.Ordinal)
            .Select(same => Place(same.ToArray(), outcome, front.Contains(same.Key)))
            .ToArray();
    }

    private static PlanPoint Place(PlanMeasurement[] same, JobOutcome outcome, bool onFront)
    {
        var plan = same[0].Plan;
        var accuracy = same.Select(measurement => measurement.Accuracy).FirstOrDefault(found => found is not null);
        var latency = same.Select(measurement => measurement.Latency).FirstOrDefault(found => found is not null);
        var reference = outcome.Float32.Latency?.MedianMs;
        double? scale = latency is null ? null : reference is { } ms && latency.Float32MedianMs > 0 ? ms / latency.Float32MedianMs : 1;
        return new PlanPoint(
            plan,
            RolesOf(plan, outcome),
            onFront,
            accuracy,
            latency,
            Drop(outcome.Float32.Accuracy, accuracy),
            latency is { MedianMs: > 0 } ? latency.Float32MedianMs / latency.MedianMs : null,
            latency?.MedianMs * scale,
            latency?.IqrMs * scale);
    }

    private static double? Drop(AccuracyResult? float32, AccuracyResult? accuracy) =>
        float32 is { Total: > 0 } && accuracy is { Total: > 0 }
            ? 100 * (((double)float32.Correct / float32.Total) - ((double)accuracy.Correct / accuracy.Total))
            : null;

    private static PlanRoles RolesOf(Plan plan, JobOutcome outcome)
    {
        var roles = PlanRoles.None;
        roles |= plan.Equals(outcome.Float32.Plan) ? PlanRoles.Float32 : PlanRoles.None;
        roles |= plan.Equals(outcome.Int8?.Plan) ? PlanRoles.Int8 : PlanRoles.None;
        roles |= plan.Equals(outcome.Int8Best?.Plan) ? PlanRoles.Int8Best : PlanRoles.None;
        roles |= plan.Equals(outcome.Winner.Plan) ? PlanRoles.Winner : PlanRoles.None;
        return roles;
    }
}
