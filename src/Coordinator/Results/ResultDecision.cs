namespace Cluster.Coordinator.Results;

/// <summary>Why the winner won.</summary>
/// <param name="Kind">The kind of reason.</param>
/// <param name="Feasible">Whether it has the requested accuracy.</param>
/// <param name="Reason">In a sentence.</param>
/// <param name="Quantized">Whether the winner's file is quantized; false: it is the original network.</param>
/// <param name="Stopped">Why the job ended early, as half a sentence; null if it did not.</param>
/// <param name="PassedOver">
/// How many plans measured as fast and as accurate, or are faster and accurate enough, and why they did not win; absent if there are none.
/// </param>
public sealed record ResultDecision(
    WinnerKind Kind,
    bool Feasible,
    string Reason,
    bool? Quantized = null,
    string? Stopped = null,
    string? PassedOver = null);

/// <summary>The plans that the winner is compared with.</summary>
/// <param name="Fp32">The original network.</param>
/// <param name="Int8">Every group in 8 bits by min-max without correction; absent if it could not be evaluated.</param>
/// <param name="Int8Best">Every group in 8 bits by the best calibrator and bias correction; absent if none could be evaluated.</param>
/// <param name="Given">The user's own file beside FP32 as timed; absent unless writing it anew made it faster.</param>
public sealed record ResultBaselines(ResultPlan Fp32, ResultPlan? Int8, ResultPlan? Int8Best, GivenTiming? Given = null);

/// <summary>
/// What the evaluation images show about the winner's loss, given that it was chosen on them; drops are on the metric's scale.
/// </summary>
/// <param name="Looks">Plans that were evaluated on all images.</param>
/// <param name="Lost">Images that FP32 gets right and the winner does not; absent if the metric is a loss.</param>
/// <param name="Gained">Images that the winner gets right and FP32 does not.</param>
/// <param name="Images">Evaluation images.</param>
/// <param name="Drop">The measured drop.</param>
/// <param name="DropCi95">
/// The interval of the true drop, valid whichever plan was chosen: low, high; of 95 %, or with each end at the confidence asked for.
/// </param>
/// <param name="Confidence">One-sided confidence of each end.</param>
/// <param name="Words">The three in words, as terminal and report say them.</param>
/// <param name="ExpectedDrop">The drop to expect on new images, corrected for the selection bias of the measured one.</param>
/// <param name="WrongAcceptance">
/// The share of random halves of these answers on which the job's rule accepts a plan that loses more than the bound on all of them;
/// absent where no drop was compared with a bound, labels are missing, or the images cannot show it.
/// </param>
/// <param name="Rule">What the job's rule made of it, in words.</param>
/// <param name="Judged">The drop that was compared with the next; absent where none was.</param>
/// <param name="Bound">The largest drop that the job accepts; absent where any is.</param>
/// <param name="SamplesWithin">Of output-sqnr: the share of samples that keep the bound each by itself.</param>
/// <param name="SampleWords">The same in words.</param>
public sealed record ResultEvidence(
    int Looks,
    int? Lost,
    int? Gained,
    int Images,
    double Drop,
    IReadOnlyList<double> DropCi95,
    double Confidence,
    string Words,
    double ExpectedDrop,
    double? WrongAcceptance,
    string Rule,
    double? Judged,
    double? Bound,
    double? SamplesWithin,
    string? SampleWords)
{
    internal static ResultEvidence Of(DropEvidence evidence) => new(
        evidence.Looks,
        (evidence.Counts as PairedCounts)?.Lost,
        (evidence.Counts as PairedCounts)?.Gained,
        evidence.Counts.Total,
        evidence.Counts.Drop,
        [evidence.Interval.Low, evidence.Interval.High],
        evidence.Asked ?? DropEvidence.UsualConfidence,
        evidence.Words,
        evidence.Expected,
        evidence.WrongAcceptance,
        evidence.Rule,
        evidence.Decided,
        evidence.Bound,
        evidence.SamplesWithin?.Share,
        evidence.SampleWords);
}

/// <summary>Accuracy on the test set, which the search never used.</summary>
/// <param name="Correct">Images that the winner gets right; absent if the metric is a loss.</param>
/// <param name="Float32Correct">Images that FP32 gets right.</param>
/// <param name="Total">Images.</param>
/// <param name="Top1">The winner's share; absent for another metric.</param>
/// <param name="Ci95">Wilson's 95 % interval: low, high.</param>
/// <param name="Drop">Loss against FP32.</param>
/// <param name="Top5">The winner's share if the metric is top-5, else absent.</param>
/// <param name="Value">The winner's KL in nats, SQNR in decibels or RMSE if that is the metric.</param>
/// <param name="Float32Value">The same for FP32; absent if it is infinite.</param>
/// <param name="Lost">Images that FP32 gets right and the winner does not.</param>
/// <param name="Gained">Images that the winner gets right and FP32 does not.</param>
public sealed record ResultTest(
    int? Correct,
    int? Float32Correct,
    int Total,
    double? Top1,
    IReadOnlyList<double>? Ci95,
    double Drop,
    double? Top5 = null,
    double? Value = null,
    double? Float32Value = null,
    int? Lost = null,
    int? Gained = null);

/// <summary>The job's time by stage.</summary>
/// <param name="TotalSeconds">Wall time.</param>
/// <param name="Stages">Seconds by stage.</param>
public sealed record ResultTimings(double TotalSeconds, IReadOnlyDictionary<string, double> Stages);
