namespace Cluster.Coordinator.Results;

/// <summary>
/// What the evaluation images show about the winner's loss, given that it was chosen on them; drops are on the metric's scale.
/// </summary>
/// <param name="Looks">Plans that were evaluated on all images.</param>
/// <param name="Lost">Images that FP32 gets right and the winner does not; absent if the metric is a loss.</param>
/// <param name="Gained">Images that the winner gets right and FP32 does not.</param>
/// <param name="Images">Evaluation images.</param>
/// <param name="ExpectedDrop">The drop to expect on new images, corrected for the selection bias of the measured one.</param>
/// <param name="DropCi95">95 % interval of the true drop, valid whichever plan was chosen: low, high.</param>
/// <param name="Confidence">One-sided confidence of the next two.</param>
/// <param name="AtMost">The largest possible loss, valid whichever plan was chosen.</param>
/// <param name="Resolution">The least loss that this number of images can exclude.</param>
/// <param name="WrongAcceptance">
/// The share of random halves of these answers on which the job's rule accepts a plan that loses more than the bound on all of them;
/// absent where no drop was compared with a bound, or labels are missing.
/// </param>
/// <param name="Words">All of it in words, as terminal and report say it.</param>
/// <param name="Judged">The drop that was compared with the next; both are absent where none was.</param>
/// <param name="Bound">The largest drop that the job accepts.</param>
public sealed record ResultEvidence(
    int Looks,
    int? Lost,
    int? Gained,
    int Images,
    double ExpectedDrop,
    IReadOnlyList<double> DropCi95,
    double Confidence,
    double AtMost,
    double Resolution,
    double? WrongAcceptance,
    string Words,
    double? Judged,
    double? Bound)
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
        evidence.Resolution,
        evidence.WrongAcceptance,
        evidence.Words,
        evidence.Decided,
        evidence.Decided is null ? null : evidence.Bound);
}
