using System.Globalization;

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
/// <see cref="AtMost"/> of a single plan that answers like FP32 on every image; of one that also gains images it may be less.
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
    public MetricScale Scale { get; init; } = MetricScale.Default;

    /// <summary>
    /// The drop that was compared with <see cref="Bound"/>; null if none was: the goal was the most accurate plan, or its numbers were
    /// learned after the search.
    /// </summary>
    public double? Decided { get; init; }

    /// <summary>Whether the job requested <see cref="Confidence"/>; otherwise it is only for the report.</summary>
    public bool IsConfidenceAsked { get; init; }

    /// <summary>The largest drop that the job accepts.</summary>
    public double Bound { get; init; }

    /// <summary>
    /// How often the job's rule accepts a plan that loses more than the bound on its own answers: <see cref="Decisions.WrongAcceptance"/>.
    /// Null where no drop was compared with a bound, and while labels are missing that could settle one.
    /// </summary>
    public double? WrongAcceptance { get; init; }

    /// <summary>The share of samples that keep the bound each by itself, and the share that are to; null: none is asked.</summary>
    public (double Share, double Asked)? SamplesWithin { get; init; }

    /// <summary>"97.5 % of 300 samples keep 20 dB each by itself, where 95 % are asked"; null: none is asked.</summary>
    public string? SampleWords => SamplesWithin is not { } within ? null
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{100 * within.Share:0.#} % of {Counts.Total} samples keep {Scale.Short(Bound)} each by itself, "
            + $"where {100 * within.Asked:0.#} % are asked");

    /// <summary>
    /// All that is said of the loss, wherever it is said: "0.63 points lower here (of 800 images 13 newly wrong, 8 newly right); expect
    /// 0.2, at most 1.82 at 95 % confidence; judged as 1.1, where 1.2 is accepted".
    /// </summary>
    public string Words => $"{(Counts is PairedCounts { Open: > 0 } ? "at most " : string.Empty)}{Scale.Here(Counts.Drop)} "
        + $"({Counts.Words}{TooFew}); expect {Scale.ExpectedShort(Math.Min(Expected, AtMost))}, "
        + $"{Scale.AtMost(Largest)} at {100 * Confidence:0.#} % confidence{Judged}";

    // A loss is not negative, though a difference may be.
    private double Largest => Math.Max(0, AtMost);

    // The rule's own figure is another one unless a confidence was asked for.
    private string Judged => Decided is not { } decided ? string.Empty
        : IsConfidenceAsked ? $", where {Scale.Short(Bound)} is accepted"
        : $"; judged as {Scale.Short(decided)}, where {Scale.Short(Bound)} is accepted";

    private string TooFew => Counts is PairedCounts { Lost: 0, Gained: 0, Open: 0 } && AtMost > Bound ? ", too few to tell" : string.Empty;
}
