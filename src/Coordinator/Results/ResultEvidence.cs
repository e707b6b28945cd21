using Cluster.Coordinator.Model;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Search.Decisions;
using Cluster.Coordinator.Statistics;

namespace Cluster.Coordinator.Results;

/// <summary>
/// What the evaluation images show of the winner's loss, after it was chosen on them; drops are in the scale of the metric.
/// </summary>
/// <param name="Looks">Plans that were looked at on all images.</param>
/// <param name="Lost">Images that FP32 gets right and the winner does not; absent where the metric is a loss.</param>
/// <param name="Gained">Images that the winner gets right and FP32 does not.</param>
/// <param name="Images">Evaluation images.</param>
/// <param name="ExpectedDrop">The drop to expect on new images, without what the choice flatters the measured one by.</param>
/// <param name="DropCi95">95 % interval of the true drop, whichever plan was chosen: low, high.</param>
/// <param name="Confidence">One-sided confidence of the next two.</param>
/// <param name="AtMost">What is lost at most, whichever plan was chosen.</param>
/// <param name="Resolution">The least loss that so many images can exclude.</param>
public sealed record ResultEvidence(
    int Looks,
    int? Lost,
    int? Gained,
    int Images,
    double ExpectedDrop,
    IReadOnlyList<double> DropCi95,
    double Confidence,
    double AtMost,
    double Resolution)
{
    internal static ResultEvidence Of(DropEvidence evidence) => new(
        evidence.Looks,
        (evidence.Counts as PairedCounts)?.Lost,
        (evidence.Counts as PairedCounts)?.Gained,
        evidence.Counts.Total,
        evidence.Expected,
        [evidence.Interval.Low, evidence.Interval.High],
        evidence.Confidence,
        evidence.AtMost,
        evidence.Resolution);
}
