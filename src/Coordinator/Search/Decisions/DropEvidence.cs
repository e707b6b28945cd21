using System.Globalization;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Statistics;

namespace Cluster.Coordinator.Search.Decisions;

/// <summary>
/// What the evaluation images show of a winner's loss of accuracy, after it was chosen on them. Drops are in the scale of the metric.
/// </summary>
/// <param name="Rule">How drops decided.</param>
/// <param name="Looks">Plans that were looked at on all images; each could have been the lucky one.</param>
/// <param name="Counts">What was measured, which the choice flatters.</param>
/// <param name="Expected">
/// The drop to expect on new images: the mean of two estimates, of which one finds too much and the other too little (ADR 20). It decides
/// nothing, and may be above the bound where <see cref="Decided"/> is below.
/// </param>
/// <param name="Interval">A 95 % interval of the true drop that holds whichever of the plans was chosen.</param>
/// <param name="Confidence">The one-sided confidence of the next two: the job's, or 0.95.</param>
/// <param name="AtMost">What is lost at most, whichever of the plans was chosen.</param>
/// <param name="Resolution">
/// What a single plan that answers like FP32 on every image would be shown to lose at most: less than that, so many images cannot show.
/// </param>
public sealed record DropEvidence(
    DecisionRule Rule,
    int Looks,
    PairedDrop Counts,
    double Expected,
    Interval Interval,
    double Confidence,
    double AtMost,
    double Resolution)
{
    /// <summary>What drops mean to people.</summary>
    public MetricScale Scale { get; init; } = new(MetricKind.Top1, 0);

    /// <summary>
    /// The drop that was held against <see cref="Bound"/>; null where none was: the most accurate plan was looked for or is left over, or
    /// its numbers were learned after the search.
    /// </summary>
    public double? Decided { get; init; }

    /// <summary>Whether the job asks for <see cref="Confidence"/>, rather than that a report has to name one.</summary>
    public bool IsConfidenceAsked { get; init; }

    /// <summary>The largest drop that the job accepts.</summary>
    public double Bound { get; init; }

    /// <summary>Whether the plan was accepted by a point estimate within the bound and is expected to lose more than that.</summary>
    public bool IsExpectedBeyondBound => Decided is not null && !IsConfidenceAsked && Expected > Bound + Feasibility.Slack;

    /// <summary>What was measured, what it is worth, and what cannot be told, in half a sentence.</summary>
    public string Words => string.Create(
        CultureInfo.InvariantCulture,
        $"{Comparison} ({Counts.Words}; after the choice among {Looks}, {Scale.Expected(Expected)} is expected and "
        + $"{Scale.AtMost(AtMost)} at {100 * Confidence:0.#} % confidence)");

    /// <summary>"as accurate as FP32 within 1.31 points" or "0.75 points less accurate than FP32", by the adjusted interval.</summary>
    public string Comparison => Scale.Compare(Interval, Expected);
}
