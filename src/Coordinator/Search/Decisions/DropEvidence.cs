using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Statistics;

namespace Cluster.Coordinator.Search.Decisions;

/// <summary>
/// What the evaluation images show about a winner's loss of accuracy, given that it was chosen on them. Drops are on the metric's scale.
/// </summary>
/// <param name="Looks">Plans that were evaluated on all images; each could have been the lucky one.</param>
/// <param name="Counts">The measured counts, which have selection bias.</param>
/// <param name="Expected">The drop to expect on new images: the mean of its <see cref="DropPosterior"/>.</param>
/// <param name="Interval">A 95 % interval of the true drop, valid whichever of the plans was chosen.</param>
/// <param name="Confidence">The one-sided confidence of the next two: the job's, or 0.95.</param>
/// <param name="AtMost">The largest possible loss, valid whichever of the plans was chosen.</param>
/// <param name="Resolution">
/// The upper bound of the loss for a single plan that answers like FP32 on every image: this number of images cannot show a smaller loss.
/// </param>
public sealed record DropEvidence(
    int Looks,
    PairedDrop Counts,
    double Expected,
    Interval Interval,
    double Confidence,
    double AtMost,
    double Resolution)
{
    /// <summary>The meaning of drops for people.</summary>
    public MetricScale Scale { get; init; } = new(MetricKind.Top1, 0);

    /// <summary>
    /// The drop that was compared with <see cref="Bound"/>; null if none was: the goal was the most accurate plan, or its numbers were
    /// learned after the search.
    /// </summary>
    public double? Decided { get; init; }

    /// <summary>Whether the job requested <see cref="Confidence"/>; otherwise it is only for the report.</summary>
    public bool IsConfidenceAsked { get; init; }

    /// <summary>The largest drop that the job accepts.</summary>
    public double Bound { get; init; }

    /// <summary>Whether its divergence from FP32 is a witness, too: see <see cref="Work.AccuracyResult.Witness"/>.</summary>
    public bool HasWitness { get; init; }

    /// <summary>
    /// How often the job's rule accepts a plan that loses more than the bound on its own answers: <see cref="Decisions.WrongAcceptance"/>.
    /// Null where no drop was compared with a bound, and while labels are missing that could settle one.
    /// </summary>
    public double? WrongAcceptance { get; init; }

    /// <summary>The measured drop and its meaning, in half a sentence that names one bound.</summary>
    public string Words
    {
        get
        {
            string level = $" at {100 * Confidence:0.#} % confidence";
            if (IsOpen)
            {
                return $"{Scale.Compare(Interval, Expected)}{level} ({Counts.Words})";
            }

            string expected = $"{Scale.Expected(Expected)} is expected{(Looks == 1 ? string.Empty : $" after the choice among {Looks}")}";
            return IsSame ? $"{Comparison}{level}; {expected}"
                : IsWithin ? $"{Comparison}{level} ({Counts.Words}; {expected})"
                : $"{Comparison} ({Counts.Words}; {expected}, {Scale.AtMost(AtMost)}{level})";
        }
    }

    /// <summary>
    /// "as accurate as FP32 within 1.31 points", which are lost at most, or "0.75 points less accurate than FP32", by the adjusted
    /// interval; "no difference on 10 images, too few: up to 19.38 points may be lost".
    /// </summary>
    public string Comparison =>
        IsSame ? $"no difference on {Counts.Total} images{TooFew}: up to {Scale.Drop(AtMost)} may be lost"
        : Scale.Compare(IsWithin ? Interval with { High = Math.Max(0, AtMost) } : Interval, Expected);

    private bool IsSame => Counts is PairedCounts { Lost: 0, Gained: 0, Open: 0 };

    private bool IsOpen => Counts is PairedCounts { Open: > 0 };

    private string TooFew => AtMost > Bound ? ", too few" : string.Empty;

    // A divergence is relative to FP32 already.
    private bool IsWithin =>
        Scale.Metric is not (MetricKind.OutputKl or MetricKind.OutputSqnr) && Interval is { Low: <= 0, High: >= 0 };
}
