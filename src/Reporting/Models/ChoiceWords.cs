using System.Globalization;
using Cluster.Coordinator.Search.Decisions;
using Cluster.Coordinator.Statistics;

namespace Cluster.Reporting.Models;

/// <summary>
/// What the evaluation samples show about a winner that was chosen on them, and what they cannot show: its expected loss, its largest loss,
/// and the drop that was compared with the bound.
/// </summary>
internal static class ChoiceWords
{
    /// <summary>One paragraph, or none if there is no evidence.</summary>
    public static IEnumerable<string> Of(DropEvidence? evidence) =>
        evidence is null ? [] : [$"{Expected(evidence)}{Beyond(evidence)}{Held(evidence)}{Resolution(evidence)}"];

    private static string Expected(DropEvidence evidence)
    {
        string expected = $"{evidence.Scale.Expected(evidence.Expected)} is expected on new {Samples(evidence)} ({Level(evidence)}: "
            + $"{evidence.Scale.AtMost(evidence.AtMost)}).";
        return evidence.Looks == 1
            ? $"{char.ToUpperInvariant(expected[0])}{expected[1..]}"
            : $"Corrected for choosing among {evidence.Looks} plans, {expected}";
    }

    // The puzzling case: accepted, although its expected loss is beyond the bound.
    private static string Beyond(DropEvidence evidence) => !evidence.IsExpectedBeyondBound
        ? string.Empty
        : $" That is more than the bound, which looks at the drop below: more {Samples(evidence)} bring the two together, and "
            + "--confidence 0.95 accepts only what is shown to keep the bound.";

    private static string Held(DropEvidence evidence)
    {
        if (evidence.Decided is not { } decided)
        {
            return string.Empty;
        }

        string drop = evidence.Scale.Drop(decided);
        string held = $"was held against the bound of {evidence.Scale.Drop(evidence.Bound)}.";
        return (evidence.IsConfidenceAsked, evidence.Looks) switch
        {
            (true, _) => $" What it loses at most, {drop}, {held}",
            (_, > 1) =>
                $" The best of several looks better than it is, which the bound allows for: its drop with what chance adds, {drop}, {held}",
            _ => $" Its measured drop, {drop}, {held}",
        };
    }

    private static string Resolution(DropEvidence evidence) => evidence.Counts is PairedCounts
        ? $" {evidence.Counts.Total} images cannot exclude a loss of less than {evidence.Scale.Drop(evidence.Resolution)}."
        : string.Empty;

    private static string Samples(DropEvidence evidence) => evidence.Counts is PairedCounts ? "images" : "samples";

    private static string Level(DropEvidence evidence) => string.Create(CultureInfo.InvariantCulture, $"{100 * evidence.Confidence:0.##}%");
}
