using System.Globalization;

namespace Cluster.Coordinator.Search.Decisions;

/// <summary>
/// What the evaluation images show about a winner's loss of accuracy, given that it was chosen on them. Drops are on the metric's scale.
/// </summary>
/// <param name="Looks">Plans that were evaluated on all images; each could have been the lucky one.</param>
/// <param name="Counts">The measured counts, which have selection bias.</param>
/// <param name="Expected">The drop to expect on new images: the mean of its <see cref="DropPosterior"/>.</param>
/// <param name="Interval">
/// The interval of the true drop that is said everywhere, valid whichever of the plans was chosen: of 95 %, or with each end at the
/// confidence that the job asked for.
/// </param>
public sealed record DropEvidence(int Looks, PairedDrop Counts, double Expected, Interval Interval)
{
    // Of each end, as of an interval of 95 %.
    internal const double UsualConfidence = 0.975;

    /// <summary>The meaning of drops for people.</summary>
    public MetricScale Scale { get; init; } = MetricScale.Default;

    /// <summary>
    /// The drop that was compared with <see cref="Bound"/>; null if none was: the goal was the most accurate plan, or its numbers were
    /// learned after the search.
    /// </summary>
    public double? Decided { get; init; }

    /// <summary>The one-sided confidence that the job asked for; null: none.</summary>
    public double? Asked { get; init; }

    /// <summary>The largest drop that the job accepts; null where any is: the goal is the most accurate plan.</summary>
    public double? Bound { get; init; }

    /// <summary>
    /// How many samples would put the interval's upper end within the bound; null where it is, there is none, or no number would.
    /// </summary>
    public int? Samples { get; init; }

    /// <summary>
    /// How often the job's rule accepts a plan that loses more than the bound on its own answers: <see cref="Decisions.WrongAcceptance"/>.
    /// Null where no drop was compared with a bound, while labels are missing that could settle one, and where the images cannot show it.
    /// </summary>
    public double? WrongAcceptance { get; init; }

    /// <summary>The share of samples that keep the bound each by itself, and the share that are to; null: none is asked.</summary>
    public (double Share, double Asked)? SamplesWithin { get; init; }

    /// <summary>"97.5 % of 300 samples keep 20 dB each by itself, where 95 % are asked"; null: none is asked.</summary>
    public string? SampleWords => SamplesWithin is not { } within ? null
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{100 * within.Share:0.#} % of {Counts.Total} samples keep {Scale.Short(Bound ?? 0)} each by itself, "
            + $"where {100 * within.Asked:0.#} % are asked");

    /// <summary>
    /// What was measured, with the one interval, wherever it is said: "0.63 points lower (95 % interval -0.6 to 2.1; of 800 images 13 newly
    /// wrong, 8 newly right)".
    /// </summary>
    public string Words => $"{(Counts is PairedCounts { Open: > 0 } ? "at most " : string.Empty)}{Scale.Measured(Counts.Drop)} "
        + $"({(Asked is { } asked ? $"each end at {100 * asked:0.#} % confidence:" : "95 % interval")} {Scale.Range(Interval)}; "
        + $"{Counts.Words})";

    /// <summary>What the job's rule made of it: "Chosen among 2 plans. Expected on new images: 0.2 points; …".</summary>
    public string Rule =>
        $"Chosen among {Looks} {(Looks == 1 ? "plan" : "plans")}. Expected on new images: {Scale.Expected(Expected)}"
        + (Decided is { } decided && Bound is { } bound
            ? $"; corrected for the choice it was judged as {Scale.Short(decided)}, where {Scale.Short(bound)} is accepted."
            : ".");
}
